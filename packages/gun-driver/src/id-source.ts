import type { Random } from "./clock.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const poolBytes = 1_020;

/** Random names of 12 letters (72 bits), drawn from a pool: asking for nine bytes at a time costs more than the name. */
export class IdSource {
  readonly #random: Random;
  #pool: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): string {
    if (this.#at + 12 > this.#pool.length) {
      this.#pool = this.#random.bytes(poolBytes);
      this.#at = 0;
    }
    let name = "";
    for (let index = 0; index < 12; index += 1) name += alphabet.charAt((this.#pool[this.#at + index] ?? 0) & 63);
    this.#at += 12;
    return name;
  }
}
