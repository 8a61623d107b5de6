import { windowLetters } from "./limits.ts";

/** Most letters of one ordered channel that are out and not accepted: four channels have room beside one another. */
export const orderWindow = windowLetters / 4;

const out = 0;
const accepted = 1;
const settled = 2;

/**
 * The sender's side of one ordered channel to one instance: it owns the gaps. Each letter shows the lane's base,
 * below which nothing is to be waited for, so an expired letter never holds up the ones after it.
 */
export class OrderLane {
  /** States of the places from `#first` on; bounded by the outbox, whose letters they are. */
  #states: number[] = [];
  #first: number;
  #base: number;
  #lowestOut: number;
  #open = 0;

  /** @param first above every place that this lane had before it was forgotten */
  constructor(first = 1) {
    this.#first = first;
    this.#base = first;
    this.#lowestOut = first;
  }

  /** The next place. */
  get next(): number {
    return this.#first + this.#states.length;
  }

  /** The lowest place that is not settled. */
  get base(): number {
    const { next } = this;
    while (this.#base < next && this.#states[this.#base - this.#first] === settled) this.#base++;
    return this.#base;
  }

  get idle(): boolean {
    return this.#open === 0;
  }

  /** Takes the next place. */
  enter(): number {
    this.#compact();
    this.#open++;
    return this.#first + this.#states.push(out) - 1;
  }

  /** May go out now: not too far ahead of what the receiver has. */
  allows(order: number): boolean {
    const { next } = this;
    while (this.#lowestOut < next && (this.#states[this.#lowestOut - this.#first] ?? settled) !== out)
      this.#lowestOut++;
    return order < this.#lowestOut + orderWindow;
  }

  accept(order: number): void {
    if (this.#stateOf(order) === out) this.#states[order - this.#first] = accepted;
  }

  /** It goes again, and counts as not accepted. */
  rewind(order: number): void {
    if (this.#stateOf(order) !== accepted) return;
    this.#states[order - this.#first] = out;
    this.#lowestOut = Math.min(this.#lowestOut, order);
  }

  settle(order: number): void {
    if (this.#stateOf(order) === settled) return;
    this.#states[order - this.#first] = settled;
    this.#open--;
  }

  #stateOf(order: number): number {
    return order < this.#first ? settled : (this.#states[order - this.#first] ?? settled);
  }

  /** Forgets settled places at the front, many at a time. */
  #compact(): void {
    const done = this.base - this.#first;
    if (done < 1_024 || done * 2 < this.#states.length) return;
    this.#states = this.#states.slice(done);
    this.#first += done;
    this.#lowestOut = Math.max(this.#lowestOut, this.#first);
  }
}
