import type { Waste } from "./waste-budget.ts";

/** Sequences that an item may name for the price of one item more. */
const sequencesPerItem = 64;

/** Counts, while one frame is read, what was of use and what was not. */
export class FrameToll {
  #useful = 0;
  #kept = 0;
  #items = 0;
  #doubles = 0;
  #lostBytes = 0;

  /** Taken for the first time, or told something new. */
  useful(): void {
    this.#useful++;
  }

  /** Part of something that is not whole yet: no use so far, and no waste. */
  kept(): void {
    this.#kept++;
  }

  /** Changed nothing, or was refused. @param sequences how many it named */
  wasted(sequences = 0): void {
    this.#items += 1 + sequences / sequencesPerItem;
  }

  double(): void {
    this.#doubles++;
  }

  /** Bytes that were kept, and led to nothing. */
  lost(bytes: number): void {
    this.#lostBytes += bytes;
  }

  /** The frame's waste: bytes and time in proportion to what was of no use. @param elapsedMs asked only where something was */
  waste(frameBytes: number, elapsedMs: () => number): Waste {
    const good = this.#useful + this.#kept;
    const bad = this.#items + this.#doubles;
    const share = good === 0 ? 1 : bad / (bad + good);
    return {
      frames: good === 0 ? 1 : 0,
      bytes: share * frameBytes + this.#lostBytes,
      items: this.#items,
      doubles: this.#doubles,
      ms: share === 0 ? 0 : share * elapsedMs(),
      useful: this.#useful,
    };
  }
}
