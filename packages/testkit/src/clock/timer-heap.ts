/** A timer that waits. Order: time, then insertion. */
export interface TimerEntry {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
  /** Place in the heap; -1 once it has left. */
  index: number;
}

/** A binary heap whose entries know their place, so that a cancelled timer leaves at once. */
export class TimerHeap {
  readonly #entries: TimerEntry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  peek(): TimerEntry | undefined {
    return this.#entries[0];
  }

  add(entry: TimerEntry): void {
    this.#entries.push(entry);
    this.#up(entry, this.#entries.length - 1);
  }

  /** False where the entry has left already. */
  remove(entry: TimerEntry): boolean {
    const at = entry.index;
    if (at < 0) return false;
    entry.index = -1;
    const last = this.#entries.pop();
    if (last !== undefined && last !== entry) {
      this.#up(last, at);
      this.#down(last, last.index);
    }
    return true;
  }

  #up(entry: TimerEntry, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#entries[above];
      if (other === undefined || !comesBefore(entry, other)) break;
      this.#put(other, at);
      at = above;
    }
    this.#put(entry, at);
  }

  #down(entry: TimerEntry, from: number): void {
    let at = from;
    for (;;) {
      const left = this.#entries[2 * at + 1];
      const right = this.#entries[2 * at + 2];
      const least = right !== undefined && left !== undefined && comesBefore(right, left) ? right : left;
      if (least === undefined || !comesBefore(least, entry)) break;
      const below = least.index;
      this.#put(least, at);
      at = below;
    }
    this.#put(entry, at);
  }

  #put(entry: TimerEntry, at: number): void {
    this.#entries[at] = entry;
    entry.index = at;
  }
}

function comesBefore(one: TimerEntry, other: TimerEntry): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}
