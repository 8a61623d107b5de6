import { bytesToHex } from "@noble/hashes/utils.js";

const maxLetters = 4_096;
/** Version, key id and the key that the sender made for this letter alone: they tell it from every other. */
const headBytes = 1 + 8 + 32;

/** Letters for keys that are not here. They stay in their mailbox and are given again: each is looked at once. */
export class StrangeLetters {
  readonly #heads = new Set<string>();

  has(letter: Uint8Array): boolean {
    return this.#heads.size > 0 && this.#heads.has(headOf(letter));
  }

  add(letter: Uint8Array): void {
    this.#heads.add(headOf(letter));
    const [oldest] = this.#heads;
    if (this.#heads.size > maxLetters && oldest !== undefined) this.#heads.delete(oldest);
  }

  clear(): void {
    this.#heads.clear();
  }
}

function headOf(letter: Uint8Array): string {
  return bytesToHex(letter.subarray(0, headBytes));
}
