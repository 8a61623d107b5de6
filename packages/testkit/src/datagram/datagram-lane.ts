import type { Clock } from "@swarm-space/core";

export interface LaneOptions {
  readonly clock: Clock;
  /** Hands a numbered frame to the medium; none is the orderly end. */
  readonly send: (seq: number, frame: Uint8Array | undefined, again: boolean) => void;
  /** A round trip when nothing goes wrong, in milliseconds. */
  readonly roundTripMs: () => number;
  /** A frame waits, and nothing at all came from the other side for long: the medium is dead. */
  readonly onBroken: () => void;
  /** Everything was acknowledged, the end too. */
  readonly onEnded: () => void;
  /** There is room again. */
  readonly onRoom: () => void;
}

interface Out {
  readonly seq: number;
  readonly frame: Uint8Array | undefined;
  readonly firstAt: number;
  dueAt: number;
  tries: number;
}

/** Frames under way at a time. */
const windowFrames = 64;
const leastWaitMs = 20;
/** Each silence makes the next wait longer, up to so many times the first. */
const patience = 1.4;
const mostPatience = 5;
/**
 * Silence that kills, in first waits. It has room for 31 tries; at 35 % loss each way a try is answered with a chance of
 * 0.65², so that a living road is taken for dead once in 25 million such silences (0.5775³¹).
 */
const deadlyWaits = 140;
/** After so many first waits of silence a few frames call for an answer, and the others wait for it. */
const longWaits = 12;
const mostCalls = 4;

/**
 * The sending side of a reliable lane: numbers frames, keeps them until acknowledged, sends again (selective repeat). Up to
 * 35 % loss each way it brings everything; it gives up only on silence.
 */
export class DatagramLane {
  /** Bytes that are not acknowledged. */
  bufferedBytes = 0;
  readonly #o: LaneOptions;
  readonly #out = new Map<number, Out>();
  #waiting: (Uint8Array | undefined)[] = [];
  #next = 0;
  #timer: Disposable | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #ending = false;
  #over = false;

  constructor(o: LaneOptions) {
    this.#o = o;
  }

  push(frame: Uint8Array | undefined): void {
    if (this.#over || this.#ending) return;
    if (frame === undefined) this.#ending = true;
    this.bufferedBytes += frame?.length ?? 0;
    this.#waiting.push(frame);
    this.#fill();
  }

  /** Something came from the other side. */
  heard(): void {
    this.#heardAt = this.#o.clock.now();
  }

  /** `seq` has come, and everything below `next`. */
  acknowledged(seq: number, next: number): void {
    if (this.#over) return;
    const before = this.bufferedBytes;
    this.#settle(seq);
    for (const each of this.#out.keys()) {
      if (each >= next) break;
      this.#settle(each);
    }
    this.#fill();
    if (this.#ending && this.#out.size === 0 && this.#waiting.length === 0) {
      this.stop();
      this.#o.onEnded();
    } else if (this.bufferedBytes < before) this.#o.onRoom();
  }

  stop(): void {
    this.#over = true;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#out.clear();
    this.#waiting = [];
    this.bufferedBytes = 0;
  }

  #settle(seq: number): void {
    const out = this.#out.get(seq);
    if (out === undefined) return;
    this.#out.delete(seq);
    this.bufferedBytes -= out.frame?.length ?? 0;
  }

  #fill(): void {
    while (this.#out.size < windowFrames && this.#waiting.length > 0) {
      const frame = this.#waiting.shift();
      const out: Out = { seq: this.#next++, frame, firstAt: this.#o.clock.now(), dueAt: 0, tries: 0 };
      this.#out.set(out.seq, out);
      this.#give(out);
    }
  }

  #give(out: Out): void {
    const now = this.#o.clock.now();
    out.dueAt = now + this.#firstWaitMs() * Math.min(mostPatience, patience ** out.tries);
    out.tries++;
    this.#o.send(out.seq, out.frame, out.tries > 1);
    this.#by(out.dueAt);
  }

  #firstWaitMs(): number {
    return Math.max(leastWaitMs, 1.5 * this.#o.roundTripMs());
  }

  #by(at: number): void {
    if (at >= this.#timerAt && this.#timer !== undefined) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = at;
    this.#timer = this.#o.clock.timer(Math.max(0, at - this.#o.clock.now()), () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#o.clock.now();
    const firstWaitMs = this.#firstWaitMs();
    let calls = 0;
    let next = Number.POSITIVE_INFINITY;
    for (const out of this.#out.values()) {
      if (out.dueAt <= now) {
        const silentMs = now - Math.max(out.firstAt, this.#heardAt);
        if (silentMs >= deadlyWaits * firstWaitMs) return this.#o.onBroken();
        if (silentMs >= longWaits * firstWaitMs && ++calls > mostCalls) out.dueAt = now + firstWaitMs;
        else this.#give(out);
        if (this.#over) return;
      }
      next = Math.min(next, out.dueAt);
    }
    if (Number.isFinite(next)) this.#by(next);
  }
}
