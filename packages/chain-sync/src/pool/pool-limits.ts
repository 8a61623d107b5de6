import type { PoolLimits } from "../model/transaction-pool.ts";

/** Limits of a node of no special kind. A server may hold 64 MiB. */
export const defaultPoolLimits: PoolLimits = Object.freeze({
  pendingPerAccount: 16,
  pending: 4_096,
  queuedPerAccount: 64,
  queued: 1_024,
  bytes: 8 * 1_048_576,
  lifeMs: 3 * 3_600_000,
  leastFeeRate: 0n,
  replacementsPerMinute: 8,
});
