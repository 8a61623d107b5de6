import { type Clock, SwarmError, type TransportId } from "@swarm-space/core";
import type { SeededRandom } from "../random/seeded-random.ts";
import { type AllFaults, type EndName, noFaults, takesTime } from "./faults.ts";
import type { FrameFate, NetworkTap } from "./network-tap.ts";

/** What the pipes of one network share. */
export interface PipeMedium {
  readonly clock: Clock | undefined;
  readonly tap: NetworkTap;
  /** Runs a batch soon, after the present call. */
  schedule(run: () => void): void;
}

/** What one pipe is and whom it serves. */
export interface PipeOptions {
  readonly medium: PipeMedium;
  readonly transport: TransportId;
  readonly from: EndName;
  readonly to: EndName;
  /** Above it `push` says wait. */
  readonly highWaterBytes: number;
  /** Above it the connection dies: the sender does not wait. */
  readonly maxBufferedBytes: number;
  /** Own stream of this pipe, made when first needed. */
  readonly random: () => SeededRandom;
  deliver(frame: Uint8Array): void;
  /** The sending end closed in order and all its frames were delivered. */
  ended(): void;
  /** The connection dies with what is under way. */
  broken(detail: string): void;
}

/** A frame, or null for the orderly end. */
type Item = Uint8Array | null;

/** Frames that may stand in one pipe, however small they are. */
const maxItems = 1_048_576;

/**
 * One direction of a connection: frames in order, in batches without delay, or by the clock.
 * Bytes count as buffered until they are delivered, like a send window.
 */
export class FramePipe {
  bufferedBytes = 0;
  readonly #o: PipeOptions;
  #faults: AllFaults = noFaults;
  /** Nothing to do but hand over: the path that must be fast. */
  #plain = true;
  #ready: Item[] = [];
  #spare: Item[] = [];
  readonly #timed: { readonly item: Item; readonly dueMs: number }[] = [];
  #timer: Disposable | undefined;
  #scheduled = false;
  #over = false;
  /** Has swallowed a frame: delivering a later one would break order. */
  #doomed = false;
  #seen = 0;
  #lastDueMs = 0;
  #lineFreeMs = 0;
  #room: PromiseWithResolvers<void> | undefined;
  #random: SeededRandom | undefined;
  readonly #flush = () => {
    this.#scheduled = false;
    this.#deliverReady();
  };

  constructor(o: PipeOptions) {
    this.#o = o;
  }

  /** Takes new rules. What was stalled goes on. */
  apply(faults: AllFaults): void {
    this.#faults = faults;
    this.#settlePlain();
    this.#wake();
    this.#arm();
  }

  /** The other end cannot be told anything through this pipe now. */
  get mute(): boolean {
    return this.#doomed || this.#faults.blackhole || this.#faults.stall;
  }

  /** @returns false when the sender should wait. @throws SwarmError `CONNECTION_CLOSED` by the fault `failSends` */
  push(frame: Uint8Array): boolean {
    const { tap } = this.#o.medium;
    this.#seen++;
    if (this.#plain) {
      tap.counters.sent++;
      if (tap.watched) this.#show("sent", frame);
      this.#enqueue(frame);
    } else this.#pushFaulty(frame);
    return this.bufferedBytes < this.#o.highWaterBytes;
  }

  /** The orderly end, behind all frames. */
  end(): void {
    if (this.#over || this.#doomed || this.#faults.blackhole) return;
    this.#enqueue(null);
  }

  /** Stops at once. What is under way is lost. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#ready = [];
    this.#spare = [];
    this.#timed.length = 0;
    this.bufferedBytes = 0;
    this.#room?.resolve();
  }

  /** Resolves when there is room, or at the end. */
  drained(): Promise<void> {
    if (this.#over || this.bufferedBytes < this.#o.highWaterBytes) return Promise.resolve();
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  #settlePlain(): void {
    const f = this.#faults;
    this.#plain = !(
      this.#doomed ||
      takesTime(f) ||
      f.loss > 0 ||
      f.stall ||
      f.blackhole ||
      f.failSends ||
      f.duplicate > 0 ||
      f.reorder > 0 ||
      f.corrupt > 0
    );
  }

  #pushFaulty(frame: Uint8Array): void {
    const f = this.#faults;
    const { tap } = this.#o.medium;
    const spared = this.#seen <= f.sparedFrames;
    if (f.failSends && !spared) throw new SwarmError("CONNECTION_CLOSED", "the send failed (injected)");
    tap.counters.sent++;
    if (tap.watched) this.#show("sent", frame);
    if (f.blackhole && !spared) {
      this.#doomed = true;
      this.#settlePlain();
    }
    if (this.#doomed) this.#count("swallowed", frame);
    else if (spared) this.#enqueue(frame);
    else this.#enqueueRisky(frame);
  }

  #enqueueRisky(frame: Uint8Array): void {
    const f = this.#faults;
    this.#random ??= this.#o.random();
    if (f.loss > 0 && this.#random.chance(f.loss)) {
      this.#count("lost", frame);
      this.#o.broken("a frame was lost");
      return;
    }
    const sent = f.corrupt > 0 && this.#random.chance(f.corrupt) ? this.#corrupted(frame) : frame;
    const overtake = f.reorder > 0 && this.#random.chance(f.reorder);
    this.#enqueue(sent, overtake);
    if (f.duplicate > 0 && this.#random.chance(f.duplicate)) {
      this.#count("duplicated", frame);
      this.#enqueue(sent);
    }
  }

  #enqueue(item: Item, overtake = false): void {
    if (item !== null) {
      this.bufferedBytes += item.byteLength;
      if (this.bufferedBytes > this.#o.maxBufferedBytes || this.#ready.length + this.#timed.length >= maxItems) {
        this.#o.broken("the send buffer overran: the sender did not wait");
        return;
      }
    }
    if (this.#timed.length > 0 || takesTime(this.#faults)) this.#enqueueTimed(item, overtake);
    else this.#enqueueReady(item, overtake);
  }

  #enqueueReady(item: Item, overtake: boolean): void {
    const last = this.#ready.at(-1);
    if (overtake && last && item) {
      this.#ready.splice(-1, 1, item, last);
      this.#count("reordered", last);
    } else this.#ready.push(item);
    this.#wake();
  }

  #enqueueTimed(item: Item, overtake: boolean): void {
    const f = this.#faults;
    const nowMs = this.#o.medium.clock?.now() ?? 0;
    this.#lineFreeMs = Math.max(nowMs, this.#lineFreeMs) + ((item?.byteLength ?? 0) * 1_000) / f.bytesPerSecond;
    const jitterMs = f.jitterMs > 0 ? this.#draw() * f.jitterMs : 0;
    const soonestMs = this.#lineFreeMs + f.latencyMs + jitterMs;
    // An overtaken frame arrives late without holding up those behind it; all others keep order.
    const dueMs = overtake
      ? soonestMs + this.#draw() * (f.latencyMs + f.jitterMs)
      : Math.max(this.#lastDueMs, soonestMs);
    if (!overtake || item === null) this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    let at = this.#timed.length;
    while (at > 0 && item !== null && (this.#timed[at - 1]?.dueMs ?? 0) > dueMs) at--;
    if (item !== null && at < this.#timed.length) this.#count("reordered", item);
    const lastMs = this.#timed.at(-1)?.dueMs ?? 0;
    this.#timed.splice(at, 0, { item, dueMs: item === null ? Math.max(dueMs, lastMs) : dueMs });
    if (at === 0 || this.#timer === undefined) this.#arm();
  }

  #wake(): void {
    if (this.#scheduled || this.#over || this.#faults.stall || this.#ready.length === 0) return;
    this.#scheduled = true;
    this.#o.medium.schedule(this.#flush);
  }

  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const head = this.#timed[0];
    const { clock } = this.#o.medium;
    if (this.#over || this.#faults.stall || head === undefined || clock === undefined) return;
    this.#timer = clock.timer(Math.max(0, head.dueMs - clock.now()), () => {
      this.#timer = undefined;
      this.#collectDue(clock.now());
      this.#arm();
      this.#deliverReady();
    });
  }

  #collectDue(nowMs: number): void {
    let due = 0;
    // A billionth of slack: sums of fractions need not meet the clock's own sum exactly.
    while (due < this.#timed.length && (this.#timed[due]?.dueMs ?? 0) <= nowMs + 1e-9) due++;
    for (const { item } of this.#timed.splice(0, due)) this.#ready.push(item);
  }

  #deliverReady(): void {
    if (this.#over || this.#faults.stall) return;
    const batch = this.#ready;
    this.#ready = this.#spare;
    let at = 0;
    try {
      while (at < batch.length && !this.#over && !this.#faults.stall) this.#give(batch[at++] ?? null);
    } finally {
      // A throw of the reader surfaces, and what it did not see is still delivered.
      if (at < batch.length && !this.#over) this.#ready = batch.slice(at).concat(this.#ready);
      batch.length = 0;
      this.#spare = batch;
      if (this.#room !== undefined && this.bufferedBytes < this.#o.highWaterBytes) {
        this.#room.resolve();
        this.#room = undefined;
      }
      this.#wake();
    }
  }

  #give(item: Item): void {
    if (item === null) {
      this.#o.ended();
      return;
    }
    this.bufferedBytes -= item.byteLength;
    const { tap } = this.#o.medium;
    tap.counters.delivered++;
    if (tap.watched) this.#show("delivered", item);
    this.#o.deliver(item);
  }

  #draw(): number {
    this.#random ??= this.#o.random();
    return this.#random.float();
  }

  #corrupted(frame: Uint8Array): Uint8Array {
    if (frame.byteLength === 0 || this.#random === undefined) return frame;
    const copy = frame.slice();
    const at = this.#random.integer(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << this.#random.integer(8));
    this.#count("corrupted", copy);
    return copy;
  }

  #count(fate: FrameFate, frame: Uint8Array): void {
    const { tap } = this.#o.medium;
    tap.counters[fate]++;
    if (tap.watched) this.#show(fate, frame);
  }

  #show(fate: FrameFate, frame: Uint8Array): void {
    const { medium, transport, from, to } = this.#o;
    medium.tap.show({ fate, atMs: medium.clock?.now() ?? 0, transport, from: from.name, to: to.name, frame });
  }
}
