const chunkLength = 512;

/** A set of strings in code-unit order: short sorted lists in one sorted list, so that a change moves few of them. */
export class SortedKeys {
  readonly #chunks: string[][] = [];

  add(key: string): void {
    const last = this.#chunks.at(-1);
    const highest = last?.at(-1);
    // Keys that come in order are put behind without a search.
    if (last === undefined || highest === undefined || (key > highest && last.length >= chunkLength)) {
      this.#chunks.push([key]);
      return;
    }
    if (key > highest) {
      last.push(key);
      return;
    }
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      return;
    }
    const index = lowerBound(chunk, key);
    if (chunk[index] === key) return;
    chunk.splice(index, 0, key);
    if (chunk.length > chunkLength) this.#chunks.splice(at + 1, 0, chunk.splice(splitPoint(index, chunk.length)));
  }

  delete(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = lowerBound(chunk, key);
    if (chunk[index] !== key) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** The first key that is `key` or after it. */
  from(key: string): string | undefined {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return undefined;
    return chunk[lowerBound(chunk, key)] ?? this.#chunks[at + 1]?.[0];
  }

  /** The last key before `key`; of all keys where it is undefined. */
  before(key: string | undefined): string | undefined {
    if (key === undefined) return this.#chunks.at(-1)?.at(-1);
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return undefined;
    const index = lowerBound(chunk, key);
    return index > 0 ? chunk[index - 1] : at > 0 ? this.#chunks[at - 1]?.at(-1) : undefined;
  }

  /** The last chunk whose first key is not after `key`, else the first chunk. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.[0] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** Keys that come in order leave full chunks behind. */
function splitPoint(index: number, length: number): number {
  return index === length - 1 ? length - 1 : length >>> 1;
}

function lowerBound(chunk: readonly string[], key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
