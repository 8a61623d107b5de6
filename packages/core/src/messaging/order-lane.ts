/** Most letters of one ordered channel that are out and not accepted. */
export const orderWindow = 256;

/**
 * The sender's side of one ordered channel to one instance: it owns the gaps. Each letter shows the lane's base,
 * below which nothing is to be waited for, so an expired letter never holds up the ones after it.
 */
export class OrderLane {
  #next: number;
  #base: number;
  #lowestOut: number;
  readonly #unsettled = new Set<number>();
  readonly #unaccepted = new Set<number>();

  /** @param first above every place that this lane had before it was forgotten */
  constructor(first = 1) {
    this.#next = first;
    this.#base = first;
    this.#lowestOut = first;
  }

  /** The next place. */
  get next(): number {
    return this.#next;
  }

  /** The lowest place that is not settled. */
  get base(): number {
    while (this.#base < this.#next && !this.#unsettled.has(this.#base)) this.#base++;
    return this.#base;
  }

  get idle(): boolean {
    return this.#unsettled.size === 0;
  }

  /** Takes the next place. */
  enter(): number {
    const order = this.#next++;
    this.#unsettled.add(order);
    this.#unaccepted.add(order);
    return order;
  }

  /** May go out now: not too far ahead of what the receiver has. */
  allows(order: number): boolean {
    while (this.#lowestOut < this.#next && !this.#unaccepted.has(this.#lowestOut)) this.#lowestOut++;
    return order < this.#lowestOut + orderWindow;
  }

  accept(order: number): void {
    this.#unaccepted.delete(order);
  }

  /** It goes again, and counts as not accepted. */
  rewind(order: number): void {
    if (!this.#unsettled.has(order)) return;
    this.#unaccepted.add(order);
    this.#lowestOut = Math.min(this.#lowestOut, order);
  }

  settle(order: number): void {
    this.#unsettled.delete(order);
    this.#unaccepted.delete(order);
  }
}
