import { type Hash, zeroHash } from "../model/hex.ts";
import { chainLimits } from "../model/limits.ts";
import type { BlockContext } from "../model/state.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { DropReason, PoolBase, Pooled, PoolLimits } from "../model/transaction-pool.ts";
import { accepted, refuse, type Verdict } from "../model/verdict.ts";
import type { AccountQueue } from "./account-queue.ts";
import { feeRate, outbids } from "./fee-rate.ts";

interface Surroundings {
  /** What waits of the same account. */
  readonly queue: AccountQueue | undefined;
  readonly chainId: Hash;
  readonly limits: PoolLimits;
}

/** Pure. Whether a transaction may wait, cheap questions first; its signature is asked for last, by somebody else. */
export function judge(
  named: NamedTransaction,
  base: PoolBase,
  now: number,
  { queue, chainId, limits }: Surroundings,
): Verdict {
  const { transaction, bytes } = named;
  if (bytes > chainLimits.transactionBytes) return refuse("TOO_LARGE");
  if (transaction.chainId !== chainId) return refuse("WRONG_CHAIN");
  if (transaction.expiryHeight < base.height) return refuse("TRANSACTION_EXPIRED");
  const { nonce, balance } = base.machine.standing(base.view, transaction.from);
  const reach = BigInt(limits.pendingPerAccount + limits.queuedPerAccount);
  if (transaction.nonce < nonce || transaction.nonce >= nonce + reach) {
    return refuse("TRANSACTION_NONCE", `nonce ${transaction.nonce}, the account's next is ${nonce}`);
  }
  const present = queue?.at(transaction.nonce);
  const others = (queue?.inOrder() ?? []).filter((pooled) => pooled !== present);
  const spent = others.reduce((sum, pooled) => sum + base.machine.cost(pooled.transaction), 0n);
  if (spent + base.machine.cost(transaction) > balance) return refuse("TRANSACTION_BALANCE");
  if (feeRate(named) < limits.leastFeeRate) return refuse("TRANSACTION_FEE");
  if (present === undefined) {
    if (isAccountFull(queue, transaction.nonce - nonce, limits)) return refuse("POOL_ACCOUNT_FULL");
  } else {
    if (!outbids(transaction.fee, present.transaction.fee)) return refuse("REPLACEMENT_FEE");
    if ((queue?.replacementsIn(now) ?? 0) >= limits.replacementsPerMinute) return refuse("REPLACEMENT_RATE");
  }
  return transaction.nonce === nonce
    ? base.machine.checkTransaction(base.view, transaction, contextOf(base))
    : accepted;
}

/**
 * Why one that waits holds no longer; undefined if it does.
 * @param account its next nonce, and what those before it leave of its balance
 */
export function reasonToGo(
  { transaction }: Pooled,
  base: PoolBase,
  account: { readonly nonce: bigint; readonly left: bigint },
): DropReason | undefined {
  if (transaction.expiryHeight < base.height) return "expired";
  if (transaction.nonce < account.nonce || base.machine.cost(transaction) > account.left) return "conflicting";
  if (transaction.nonce > account.nonce) return undefined;
  return base.machine.checkTransaction(base.view, transaction, contextOf(base)).ok ? undefined : "conflicting";
}

function isAccountFull(queue: AccountQueue | undefined, ahead: bigint, limits: PoolLimits): boolean {
  const pending = queue?.pending ?? 0;
  if (ahead === BigInt(pending)) return pending >= limits.pendingPerAccount;
  return (queue?.size ?? 0) - pending >= limits.queuedPerAccount;
}

/** Who will produce the next block is not known; what a transaction may do must not hang on it. */
function contextOf({ height, time }: PoolBase): BlockContext {
  return { height, time, producer: zeroHash };
}
