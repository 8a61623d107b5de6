import type { Ack } from "./packet.ts";

/** Puts packets in order and drops repeats. */
export class ReceiveWindow {
  readonly #maxAhead: number;
  readonly #ahead = new Map<number, Uint8Array>();
  #next = 0;

  /** @param maxAhead packets beyond a gap that are kept */
  constructor(maxAhead: number) {
    this.#maxAhead = maxAhead;
  }

  get ack(): Ack {
    let beyond = 0;
    if (this.#ahead.size > 0) {
      for (let bit = 0; bit < 32; bit += 1) if (this.#ahead.has(this.#next + 1 + bit)) beyond |= 1 << bit;
    }
    return { next: this.#next, beyond: beyond >>> 0 };
  }

  /** Whether packets wait for one before them. */
  get gap(): boolean {
    return this.#ahead.size > 0;
  }

  /** @returns the bodies that are now in order; empty for a repeat, or for one that must wait */
  take(sequence: number, body: Uint8Array): readonly Uint8Array[] {
    if (sequence !== this.#next) {
      if (sequence > this.#next && sequence <= this.#next + this.#maxAhead) this.#ahead.set(sequence, body);
      return [];
    }
    const ready = [body];
    this.#next += 1;
    for (let later = this.#ahead.get(this.#next); later; later = this.#ahead.get(this.#next)) {
      ready.push(later);
      this.#ahead.delete(this.#next);
      this.#next += 1;
    }
    return ready;
  }
}
