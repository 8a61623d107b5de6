import { windowLetters } from "./limits.ts";

/** What is known of one sequence. */
export type SeqState = "new" | "accepted" | "handled" | "failed" | "settled" | "beyond";

/** Why a letter failed, to be told again when asked. */
export interface Failure {
  readonly code: string;
  readonly text: string;
}

const names: readonly SeqState[] = ["new", "accepted", "handled", "failed"];

/**
 * The ledger of one sender instance: `base ≤ seq < base + 4096`. The base is the sender's own word
 * (its lowest unsettled sequence), so what is below is settled for ever and memory is fixed and exact.
 */
export class ReceiveWindow {
  #base = 1;
  readonly #states = new Uint8Array(windowLetters);
  readonly #failures = new Map<number, Failure>();
  /** Begun before a crash, and not done. */
  readonly #begun = new Set<number>();

  get base(): number {
    return this.#base;
  }

  state(seq: number): SeqState {
    if (seq < this.#base) return "settled";
    if (seq >= this.#base + windowLetters) return "beyond";
    return names[this.#states[seq % windowLetters] ?? 0] ?? "new";
  }

  /** Takes the place of a new letter. */
  accept(seq: number): void {
    this.#mark(seq, 1);
  }

  /** Gives the place back: the letter was not taken after all. */
  release(seq: number): void {
    this.#mark(seq, 0);
  }

  handle(seq: number): void {
    this.#mark(seq, 2);
  }

  fail(seq: number, failure: Failure): void {
    if (!this.#mark(seq, 3)) return;
    this.#failures.set(seq, failure);
  }

  failure(seq: number): Failure | undefined {
    return this.#failures.get(seq);
  }

  /** What a durable ledger kept of a letter. Begun ones are new again, and marked. */
  restore(seq: number, state: "begun" | "handled" | Failure): void {
    if (seq < this.#base || seq >= this.#base + windowLetters) return;
    if (state === "begun") this.#begun.add(seq);
    else if (state === "handled") this.handle(seq);
    else this.fail(seq, state);
  }

  /** A handler may have run for it before a crash. */
  wasBegun(seq: number): boolean {
    return this.#begun.size > 0 && this.#begun.has(seq);
  }

  /** The sender settled everything below `base`. An older word changes nothing. */
  advance(base: number): void {
    if (base <= this.#base) return;
    const forget = Math.min(base - this.#base, windowLetters);
    for (let i = 0; i < forget; i++) this.#states[(this.#base + i) % windowLetters] = 0;
    if (this.#failures.size > 0) for (const seq of this.#failures.keys()) if (seq < base) this.#failures.delete(seq);
    if (this.#begun.size > 0) for (const seq of this.#begun) if (seq < base) this.#begun.delete(seq);
    this.#base = base;
  }

  #mark(seq: number, state: number): boolean {
    if (seq < this.#base || seq >= this.#base + windowLetters) return false;
    this.#states[seq % windowLetters] = state;
    return true;
  }
}
