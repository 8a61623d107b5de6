/** What one object that is kept takes of the heap: a string of 80 letters with its head, and its place in the list. */
const objectBytes = 100;
const text = "x".repeat(80);

/** What a leak would do: small things that nobody lets go, so many bytes a second. */
export class Leak {
  #kept = [];
  #owed = 0;
  #perSecond;

  constructor(bytesPerSecond) {
    this.#perSecond = bytesPerSecond;
  }

  grow(forMs) {
    this.#owed += (this.#perSecond * forMs) / 1_000;
    for (; this.#owed >= objectBytes; this.#owed -= objectBytes) this.#kept.push(Buffer.from(text).toString("latin1"));
  }

  /** Objects kept. */
  get size() {
    return this.#kept.length;
  }
}
