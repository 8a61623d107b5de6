import { describeError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { DiscoverySource } from "../ports/discovery.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { Transport } from "../ports/transport.ts";
import type { AddressBook } from "./address-book.ts";

export interface DiscoveryRoomRooms {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Logger;
  readonly addresses: AddressBook;
  readonly sources: readonly DiscoverySource[];
  readonly transports: readonly Transport[];
  /** Our letter key card, empty while there is none. */
  readonly card: () => Uint8Array;
  /** A source showed a peer's card. */
  readonly noteCard: (peer: PeerId, card: Uint8Array) => void;
}

/** A source that ended or threw is asked again after 5, 10 … 60 s. */
const againFirstMs = 5_000;
const againMostMs = 60_000;

/** Listens to every discovery source and announces this node to each. */
export class DiscoveryRoom {
  readonly #rooms: DiscoveryRoomRooms;
  #stop = new AbortController();

  constructor(rooms: DiscoveryRoomRooms) {
    this.#rooms = rooms;
  }

  open(): void {
    this.#stop = new AbortController();
    for (const source of this.#rooms.sources) {
      void this.#keep(source, "discovery", (signal) => this.#listen(source, signal));
      if (source.announce !== undefined)
        void this.#keep(source, "announcement", (signal) => this.#announce(source, signal));
    }
  }

  close(reason: unknown): void {
    this.#stop.abort(reason);
  }

  /** Runs a task until the stop; one that ends or throws is run again, ever later. */
  async #keep(source: DiscoverySource, what: string, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    for (let waitMs = againFirstMs; !signal.aborted; waitMs = Math.min(2 * waitMs, againMostMs)) {
      try {
        await task(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#rooms.events.emit("discovery:failed", { source: source.id, detail: describeError(error) });
        this.#rooms.log.warn("DISCOVERY_FAILED", `${what} by ${source.id} failed: ${describeError(error)}`);
      }
      await this.#pause(waitMs, signal);
    }
  }

  async #listen(source: DiscoverySource, signal: AbortSignal): Promise<void> {
    for await (const sighting of source.discover({ signal })) {
      if (signal.aborted) return;
      if (this.#rooms.addresses.note(sighting)) {
        if (sighting.peer !== undefined && sighting.card !== undefined)
          this.#rooms.noteCard(sighting.peer, sighting.card);
        this.#rooms.events.emit("peer:sighted", { peer: sighting.peer, source: source.id });
      }
    }
  }

  async #announce(source: DiscoverySource, signal: AbortSignal): Promise<void> {
    const addresses = this.#rooms.transports.flatMap((transport) => transport.addresses());
    const card = this.#rooms.card();
    const announcement = { peer: this.#rooms.self, addresses, ...(card.length > 0 ? { card } : {}) };
    await source.announce?.(announcement, { signal });
    if (!signal.aborted) await this.#pause(againMostMs, signal);
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#rooms.clock.timer(ms, resolve);
    const onAbort = () => {
      timer[Symbol.dispose]();
      resolve();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }
}
