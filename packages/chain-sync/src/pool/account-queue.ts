import type { Pooled } from "../model/transaction-pool.ts";

const minuteMs = 60_000;

/** The waiting transactions of one account, by nonce. */
export class AccountQueue {
  readonly #byNonce = new Map<bigint, Pooled>();
  #replacedSince = Number.NEGATIVE_INFINITY;
  #replaced = 0;
  /** How many of them follow on each other from the account's next nonce on. */
  pending = 0;

  get size(): number {
    return this.#byNonce.size;
  }

  at(nonce: bigint): Pooled | undefined {
    return this.#byNonce.get(nonce);
  }

  /** The one of the highest nonce: nothing stands on it. */
  get last(): Pooled | undefined {
    return this.inOrder().at(-1);
  }

  inOrder(): readonly Pooled[] {
    return [...this.#byNonce.values()].sort((one, other) => (one.transaction.nonce < other.transaction.nonce ? -1 : 1));
  }

  put(pooled: Pooled, nextNonce: bigint): void {
    this.#byNonce.set(pooled.transaction.nonce, pooled);
    this.recount(nextNonce);
  }

  remove(nonce: bigint, nextNonce: bigint): void {
    this.#byNonce.delete(nonce);
    this.recount(nextNonce);
  }

  /** Those that could stand in the next block, in their order. */
  ready(nextNonce: bigint): readonly Pooled[] {
    return Array.from({ length: this.pending }, (_, at) => this.#byNonce.get(nextNonce + BigInt(at))).filter(
      (pooled) => pooled !== undefined,
    );
  }

  replacementsIn(now: number): number {
    return now - this.#replacedSince < minuteMs ? this.#replaced : 0;
  }

  noteReplacement(now: number): void {
    if (now - this.#replacedSince >= minuteMs) {
      this.#replacedSince = now;
      this.#replaced = 0;
    }
    this.#replaced += 1;
  }

  /** After the account's next nonce has changed. */
  recount(nextNonce: bigint): void {
    let pending = 0;
    while (this.#byNonce.has(nextNonce + BigInt(pending))) pending += 1;
    this.pending = pending;
  }
}
