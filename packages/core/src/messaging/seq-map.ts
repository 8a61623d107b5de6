/** Sequences that share a page. Few, for one letter that stays keeps its page. */
const pageLength = 64;

interface Page<Value> {
  readonly number: number;
  readonly slots: (Value | undefined)[];
  size: number;
}

/**
 * A `Map` of sequences that are entered in rising order and leave soon after. A plain Map makes a new table every few thousand of
 * them, and each old table, dead but in old memory, keeps what it named until the next full collection: that cost more than all the
 * rest of a letter's way. Here a slot is emptied with its entry, and the table names pages.
 */
export class SeqMap<Value> {
  readonly #pages = new Map<number, Page<Value>>();
  /** The highest one; it stays when it is empty. */
  #last: Page<Value> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many pages there are: what it costs in memory. */
  get pages(): number {
    return this.#pages.size;
  }

  get(seq: number): Value | undefined {
    return this.#pageOf(seq)?.slots[seq % pageLength];
  }

  has(seq: number): boolean {
    return this.get(seq) !== undefined;
  }

  set(seq: number, value: Value): void {
    const page = this.#pageOf(seq) ?? this.#turn(Math.floor(seq / pageLength));
    if (page.slots[seq % pageLength] === undefined) {
      page.size++;
      this.#size++;
    }
    page.slots[seq % pageLength] = value;
  }

  delete(seq: number): void {
    const page = this.#pageOf(seq);
    if (page === undefined || page.slots[seq % pageLength] === undefined) return;
    page.slots[seq % pageLength] = undefined;
    page.size--;
    this.#size--;
    if (page.size === 0 && page !== this.#last) this.#pages.delete(page.number);
  }

  clear(): void {
    for (const { slots } of this.#pages.values()) slots.fill(undefined);
    this.#pages.clear();
    this.#last = undefined;
    this.#size = 0;
  }

  /** In order of sequence. As of a Map, what is entered or leaves meanwhile is seen as it then is. */
  *values(): Generator<Value, undefined> {
    for (const { slots } of this.#pages.values()) {
      for (let i = 0; i < pageLength; i++) {
        const value = slots[i];
        if (value !== undefined) yield value;
      }
    }
  }

  #pageOf(seq: number): Page<Value> | undefined {
    const number = Math.floor(seq / pageLength);
    return this.#last?.number === number ? this.#last : this.#pages.get(number);
  }

  #turn(number: number): Page<Value> {
    const page = { number, slots: new Array<Value | undefined>(pageLength).fill(undefined), size: 0 };
    if (this.#last?.size === 0) this.#pages.delete(this.#last.number);
    this.#pages.set(number, page);
    this.#last = page;
    return page;
  }
}
