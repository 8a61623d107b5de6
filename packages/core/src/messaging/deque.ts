/** First in, first out, in constant time; `unshift` puts back in front. */
export class Deque<Value> {
  #items: (Value | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(value: Value): void {
    this.#items.push(value);
  }

  peek(): Value | undefined {
    return this.#items[this.#head];
  }

  shift(): Value | undefined {
    if (this.#head >= this.#items.length) return undefined;
    const value = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    } else if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    }
    return value;
  }

  /** Replaces the content, keeping the given order. */
  reset(values: readonly Value[]): void {
    this.#items = [...values];
    this.#head = 0;
  }

  clear(): void {
    this.reset([]);
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (let i = this.#head; i < this.#items.length; i++) {
      const value = this.#items[i];
      if (value !== undefined) yield value;
    }
  }
}
