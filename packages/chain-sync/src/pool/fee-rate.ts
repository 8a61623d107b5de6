import type { NamedTransaction } from "../model/transaction.ts";
import type { Pooled } from "../model/transaction-pool.ts";

/** Base units per 1,000 bytes. */
export function feeRate({ transaction, bytes }: NamedTransaction): bigint {
  return (transaction.fee * 1_000n) / BigInt(bytes);
}

/** A tenth more, and one unit at least. */
export function outbids(fee: bigint, present: bigint): boolean {
  return fee * 10n >= present * 11n && fee > present;
}

/** Whether `one` goes before `other`: it pays less, or as little and came later. */
export function isWorse(one: Pooled, other: Pooled): boolean {
  const [rate, otherRate] = [feeRate(one), feeRate(other)];
  return rate !== otherRate ? rate < otherRate : one.since > other.since;
}

/**
 * Transactions of many accounts, the best paying first, those of one account in the order of their nonces: each counts for the
 * least rate of those that it stands on, so that a dear one cannot pull a cheap one before others.
 */
export function bestFirst(accounts: readonly (readonly Pooled[])[]): readonly Pooled[] {
  const rows = accounts.flatMap((ready, account) => {
    let least: bigint | undefined;
    return ready.map((pooled, at) => {
      const rate = feeRate(pooled);
      least = least === undefined || rate < least ? rate : least;
      return { pooled, least, since: ready[0]?.since ?? 0, account, at };
    });
  });
  rows.sort((one, other) => {
    if (one.least !== other.least) return one.least > other.least ? -1 : 1;
    return one.since - other.since || one.account - other.account || one.at - other.at;
  });
  return rows.map(({ pooled }) => pooled);
}
