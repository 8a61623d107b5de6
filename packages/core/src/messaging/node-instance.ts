import type { Clock, Random } from "../ports/clock.ts";
import type { Instance } from "../ports/identity.ts";

/** Which instance of its identity this node is now: another after each start. */
export class NodeInstance {
  readonly #clock: Clock;
  readonly #random: Random;
  #current: Instance;
  #origin: Instance;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#current = { epoch: 0, nonce: "0".repeat(16) };
    this.#origin = this.#current;
  }

  get current(): Instance {
    return this.#current;
  }

  /**
   * Another instance, newer than the last one. Wall time, but never behind the epoch before it: a clock set back must
   * not make a new instance look old.
   * @param kept the last epoch that a durable store knows
   */
  renew(kept = 0): Instance {
    const epoch = Math.max(Math.floor(this.#clock.wall()), this.#current.epoch + 1, kept + 1);
    const nonce = Array.from(this.#random.bytes(8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#current = { epoch, nonce };
    this.#origin = this.#current;
    return this.#current;
  }

  /** Under which instance this node's sequences began. */
  get origin(): Instance {
    return this.#origin;
  }

  /** A durable outbox goes on with the sequences of an earlier instance. */
  continueFrom(origin: Instance): void {
    this.#origin = origin;
  }
}
