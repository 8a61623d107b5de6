import type { Clock, Random } from "../ports/clock.ts";
import type { Instance } from "../ports/identity.ts";

/** Which instance of its identity this node is now: another after each start. */
export class NodeInstance {
  readonly #clock: Clock;
  readonly #random: Random;
  #current: Instance;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#current = { epoch: 0, nonce: "0".repeat(16) };
  }

  get current(): Instance {
    return this.#current;
  }

  /** Wall time, but never behind the last epoch: a clock set back must not make a new instance look old. */
  renew(): Instance {
    const epoch = Math.max(this.#clock.wall(), this.#current.epoch + 1);
    const nonce = Array.from(this.#random.bytes(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#current = { epoch: Math.floor(epoch), nonce };
    return this.#current;
  }
}
