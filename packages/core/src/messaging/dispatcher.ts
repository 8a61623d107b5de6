import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { StoreOperation } from "../ports/store.ts";
import type { MessageContext } from "../ports/sync-channel.ts";
import type { TransportId } from "../ports/transport.ts";
import type { MessageHandler } from "./channel-book.ts";
import { Deque } from "./deque.ts";
import { maxNodeQueuedBytes, maxQueuedBytes, maxRunningHandlers, queuedOverheadBytes } from "./limits.ts";

/** Peers with a queue of their own; those with nothing in it are forgotten first. */
const maxQueues = 8_192;

/** A letter that waits for its handlers. */
export interface Delivery {
  readonly from: PeerId;
  /** Its name, for events. */
  readonly channel: string;
  readonly handlers: Iterable<MessageHandler<unknown>>;
  readonly message: unknown;
  readonly bytes: number;
  /** A handler may have run for it before a crash. */
  readonly redelivered: boolean;
  /** What brought it. */
  readonly transport: TransportId;
  /** Called once, with the first error where a handler threw, and the writes that handlers asked for. */
  done(failed: HandlerFailure | undefined, writes: readonly StoreOperation[]): void;
  /** Called instead when the node stops before a handler ran. */
  dropped(): void;
}

/** What a handler threw. */
export interface HandlerFailure {
  readonly error: unknown;
}

interface PeerQueue {
  readonly waiting: Deque<Delivery>;
  running: number;
  bytes: number;
}

const none: readonly StoreOperation[] = Object.freeze([]);
/** Queues that may stay although nothing runs or waits in them. */
const mostIdle = 64;

/**
 * Runs handlers: in order of arrival, never more than 256 unfinished of one peer, so that a slow
 * handler is no dead road and one peer's flood fills only its own queue.
 */
export class Dispatcher {
  readonly #events: EventBus;
  readonly #queues = new Map<PeerId, PeerQueue>();
  #bytes = 0;

  constructor(events: EventBus) {
    this.#events = events;
  }

  /** Peers for whom handlers run or letters wait. */
  get peers(): number {
    return this.#queues.size;
  }

  queued(peer: PeerId): number {
    return this.#queues.get(peer)?.waiting.size ?? 0;
  }

  /** False: this peer's queue is full, and the letter was not taken. */
  offer(delivery: Delivery): boolean {
    const queue = this.#queueOf(delivery.from);
    const size = delivery.bytes + queuedOverheadBytes;
    if (queue.bytes + size > maxQueuedBytes || this.#bytes + size > maxNodeQueuedBytes) return false;
    if (queue.running < maxRunningHandlers && queue.waiting.size === 0) {
      this.#run(queue, delivery);
      this.#sweep(queue, delivery.from);
    } else {
      queue.waiting.push(delivery);
      queue.bytes += size;
      this.#bytes += size;
    }
    return true;
  }

  /** Drops what waits; what runs, runs out. */
  clear(): void {
    for (const { waiting } of this.#queues.values()) {
      for (const delivery of waiting) delivery.dropped();
      waiting.clear();
    }
    this.#queues.clear();
    this.#bytes = 0;
  }

  #queueOf(peer: PeerId): PeerQueue {
    const known = this.#queues.get(peer);
    if (known !== undefined) return known;
    const made: PeerQueue = { waiting: new Deque(), running: 0, bytes: 0 };
    if (this.#queues.size >= maxQueues) this.#forgetIdle();
    this.#queues.set(peer, made);
    return made;
  }

  #forgetIdle(): void {
    for (const [peer, { running, waiting }] of this.#queues) {
      if (running === 0 && waiting.size === 0) this.#queues.delete(peer);
    }
  }

  #run(queue: PeerQueue, delivery: Delivery): void {
    const { from, message } = delivery;
    const context = new HandlerContext(delivery.redelivered, delivery.transport);
    let failure: HandlerFailure | undefined;
    let pending: Promise<void>[] | undefined;
    for (const handler of delivery.handlers) {
      try {
        const result = handler(message, from, context);
        if (result !== undefined && typeof result?.then === "function") {
          pending ??= [];
          pending.push(Promise.resolve(result));
        }
      } catch (error) {
        const thrown = this.#failed(delivery, error);
        failure ??= thrown;
      }
    }
    if (pending === undefined) delivery.done(failure, context.writes);
    else this.#await(queue, delivery, context, pending, failure);
  }

  #await(
    queue: PeerQueue,
    delivery: Delivery,
    context: HandlerContext,
    pending: readonly Promise<void>[],
    thrown: HandlerFailure | undefined,
  ): void {
    let failure = thrown;
    const fail = (error: unknown) => {
      const rejected = this.#failed(delivery, error);
      failure ??= rejected;
    };
    queue.running++;
    void Promise.all(pending.map((each) => each.catch(fail))).then(() => {
      queue.running--;
      delivery.done(failure, context.writes);
      this.#next(queue, delivery.from);
    });
  }

  #failed({ channel }: Delivery, error: unknown): HandlerFailure {
    this.#events.emit("handler:failed", { where: `channel ${channel}`, error });
    return { error };
  }

  #next(queue: PeerQueue, peer: PeerId): void {
    while (queue.running < maxRunningHandlers) {
      const delivery = queue.waiting.shift();
      if (delivery === undefined) break;
      queue.bytes -= delivery.bytes + queuedOverheadBytes;
      this.#bytes -= delivery.bytes + queuedOverheadBytes;
      this.#run(queue, delivery);
    }
    this.#sweep(queue, peer);
  }

  /** Little is kept of peers for whom nothing runs or waits: the next letter finds its queue as it was. */
  #sweep(queue: PeerQueue, peer: PeerId): void {
    if (this.#queues.size <= mostIdle) return;
    if (queue.running === 0 && queue.waiting.size === 0 && this.#queues.get(peer) === queue) this.#queues.delete(peer);
  }
}

/** Of one letter, for all its handlers. */
class HandlerContext implements MessageContext {
  readonly redelivered: boolean;
  readonly transport: TransportId;
  #writes: StoreOperation[] | undefined;

  constructor(redelivered: boolean, transport: TransportId) {
    this.redelivered = redelivered;
    this.transport = transport;
  }

  get writes(): readonly StoreOperation[] {
    return this.#writes ?? none;
  }

  /** May be taken off the object, as `({ write }) => …`. Few handlers take it, so it is made for those. */
  get write(): (operations: readonly StoreOperation[]) => void {
    return (operations) => {
      this.#writes ??= [];
      this.#writes.push(...operations);
    };
  }
}
