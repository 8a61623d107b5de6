/** The inputs that took longest: a heap of at most `capacity`, the fastest of them on top. */
export class Slowest {
  #heap = [];
  #capacity;

  constructor(capacity) {
    this.#capacity = capacity;
  }

  /** Whether an input of this time would be kept. */
  wants(ms) {
    return this.#heap.length < this.#capacity || ms > this.#heap[0].ms;
  }

  add(ms, bytes, turn) {
    const entry = { ms, bytes: Uint8Array.from(bytes), turn };
    if (this.#heap.length < this.#capacity) {
      this.#heap.push(entry);
      this.#rise(this.#heap.length - 1);
    } else if (ms > this.#heap[0].ms) {
      this.#heap[0] = entry;
      this.#sink(0);
    }
  }

  entries() {
    return [...this.#heap];
  }

  #rise(at) {
    for (let parent = (at - 1) >> 1; at > 0 && this.#heap[at].ms < this.#heap[parent].ms; parent = (at - 1) >> 1) {
      [this.#heap[at], this.#heap[parent]] = [this.#heap[parent], this.#heap[at]];
      at = parent;
    }
  }

  #sink(at) {
    for (;;) {
      const children = [2 * at + 1, 2 * at + 2].filter((child) => child < this.#heap.length);
      const least = children.reduce((a, b) => (this.#heap[b].ms < this.#heap[a].ms ? b : a), at);
      if (least === at) return;
      [this.#heap[at], this.#heap[least]] = [this.#heap[least], this.#heap[at]];
      at = least;
    }
  }
}
