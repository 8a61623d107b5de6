/** How many of something each range of addresses has. */
export class RangeCounts {
  readonly #counts = new Map<string, number>();

  of(range: string): number {
    return this.#counts.get(range) ?? 0;
  }

  add(range: string): void {
    this.#counts.set(range, this.of(range) + 1);
  }

  remove(range: string): void {
    const left = this.of(range) - 1;
    if (left > 0) this.#counts.set(range, left);
    else this.#counts.delete(range);
  }
}
