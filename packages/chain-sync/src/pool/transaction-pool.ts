import type { Account, FullId, Hash, TransactionId } from "../model/hex.ts";
import type { StateView } from "../model/state.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { DropReason, PoolBase, PoolDrop, Pooled, PoolLimits } from "../model/transaction-pool.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";
import { AccountQueue } from "./account-queue.ts";
import { judge, reasonToGo } from "./admission.ts";
import { bestFirst, isWorse } from "./fee-rate.ts";
import { RecentlyRefused } from "./recently-refused.ts";

/** A refusal for policy may be another one in five minutes; or on the next state, and is forgotten then. */
const forgetMs = 5 * 60_000;

export interface Admission {
  readonly verdict: Verdict;
  /** Who had to go for it. */
  readonly dropped: readonly PoolDrop[];
}

/**
 * Transactions that wait for a block. Pure but for its own memory: time and state are handed in. Whoever adds has checked the
 * signature before, and asks `check` before that, for it is a hundred times cheaper.
 */
export class TransactionPool {
  readonly #accounts = new Map<Account, AccountQueue>();
  readonly #byId = new Map<TransactionId, Pooled>();
  readonly #refused = new RecentlyRefused();
  readonly #limits: PoolLimits;
  readonly #chainId: Hash;
  /** Of the last `rebase`. */
  #view: StateView | undefined;
  #all: readonly Pooled[] | undefined;
  #bytes = 0;
  #pending = 0;

  constructor(chainId: Hash, limits: PoolLimits) {
    this.#chainId = chainId;
    this.#limits = limits;
  }

  get stats(): { readonly pending: number; readonly queued: number; readonly bytes: number } {
    return { pending: this.#pending, queued: this.#byId.size - this.#pending, bytes: this.#bytes };
  }

  get(id: TransactionId): Pooled | undefined {
    return this.#byId.get(id);
  }

  /** The same list until the pool changes. */
  all(): readonly Pooled[] {
    this.#all ??= [...this.#byId.values()];
    return this.#all;
  }

  /** For the next block: the best paying first, nonces in their order. */
  candidates(base: PoolBase): readonly Pooled[] {
    const queues = [...this.#accounts].map(([account, queue]) => queue.ready(this.#nextNonce(base, account)));
    return bestFirst(queues);
  }

  /** The nonce for the account's next transaction, behind those that wait without a gap. */
  nextNonce(base: PoolBase, account: Account): bigint {
    return this.#nextNonce(base, account) + BigInt(this.#accounts.get(account)?.pending ?? 0);
  }

  /** Whether this copy was refused a while ago, on the present state or for ever. */
  isRefused(id: FullId, now: number): boolean {
    return this.#refused.has(id, now);
  }

  /** Everything but the signature, cheap things first. What is refused for policy is remembered for five minutes. */
  check(named: NamedTransaction, base: PoolBase, now: number): Verdict {
    const isKnown = this.#byId.has(named.id) || this.#refused.has(named.fullId, now);
    const queue = this.#accounts.get(named.transaction.from);
    const verdict = isKnown
      ? refuse("TRANSACTION_KNOWN")
      : judge(named, base, now, { queue, chainId: this.#chainId, limits: this.#limits });
    const isNews = !verdict.ok && verdict.class === "policy" && verdict.code !== "TRANSACTION_KNOWN";
    if (isNews) this.#refused.add(named.fullId, now + forgetMs);
    return verdict;
  }

  /** A bad signature condemns this copy for ever, and no other. */
  refuseSignature(named: NamedTransaction): Refusal {
    this.#refused.add(named.fullId, Number.POSITIVE_INFINITY);
    return refuse("TRANSACTION_SIGNATURE");
  }

  /** @param now monotonic ms */
  add(named: NamedTransaction, base: PoolBase, o: { readonly now: number; readonly isLocal: boolean }): Admission {
    const verdict = this.check(named, base, o.now);
    if (!verdict.ok) return { verdict, dropped: [] };
    const { from, nonce } = named.transaction;
    const pooled: Pooled = { ...named, since: o.now, isLocal: o.isLocal };
    const replaced = this.#accounts.get(from)?.at(nonce);
    const dropped = replaced === undefined ? [] : [this.#drop(replaced, "replaced", base)];
    if (replaced !== undefined) this.#queueOf(from).noteReplacement(o.now);
    this.#put(pooled, base);
    const evicted = this.#evict(base);
    if (this.#byId.has(pooled.id)) return { verdict: accepted, dropped: [...dropped, ...evicted] };
    return { verdict: refuse("POOL_FULL"), dropped: [...dropped, ...evicted.filter(({ id }) => id !== pooled.id)] };
  }

  /** After the tip or the time has moved: what is in the chain, has expired, or no longer holds, goes. */
  rebase(base: PoolBase, now: number, included: ReadonlySet<TransactionId>): readonly PoolDrop[] {
    if (base.view !== this.#view) this.#refused.forgetPassing();
    this.#view = base.view;
    return [...this.#accounts].flatMap(([account, queue]) => {
      const standing = base.machine.standing(base.view, account);
      const dropped: PoolDrop[] = [];
      let left = standing.balance;
      const { lifeMs } = this.#limits;
      for (const pooled of queue.inOrder()) {
        const isOld = now - pooled.since > lifeMs;
        const reason = included.has(pooled.id)
          ? "included"
          : isOld
            ? "expired"
            : reasonToGo(pooled, base, { nonce: standing.nonce, left });
        if (reason === undefined) left -= base.machine.cost(pooled.transaction);
        else dropped.push(this.#drop(pooled, reason, base));
      }
      this.#recount(account, standing.nonce);
      return dropped;
    });
  }

  #put(pooled: Pooled, base: PoolBase): void {
    const { from } = pooled.transaction;
    const queue = this.#queueOf(from);
    const before = queue.pending;
    queue.put(pooled, this.#nextNonce(base, from));
    this.#byId.set(pooled.id, pooled);
    this.#all = undefined;
    this.#bytes += pooled.bytes;
    this.#pending += queue.pending - before;
  }

  #drop(pooled: Pooled, reason: DropReason, base: PoolBase): PoolDrop {
    const { from, nonce } = pooled.transaction;
    const queue = this.#queueOf(from);
    const before = queue.pending;
    queue.remove(nonce, this.#nextNonce(base, from));
    this.#byId.delete(pooled.id);
    this.#all = undefined;
    this.#bytes -= pooled.bytes;
    this.#pending += queue.pending - before;
    // A replacement puts another at once, and its rate must not be forgotten.
    if (queue.size === 0 && reason !== "replaced") this.#accounts.delete(from);
    return { id: pooled.id, account: from, reason };
  }

  /** Those of the least worth, each the last of its account. What was submitted here stays. */
  #evict(base: PoolBase): readonly PoolDrop[] {
    const dropped: PoolDrop[] = [];
    for (let kind = this.#overflow(); kind !== undefined; kind = this.#overflow()) {
      let worst: Pooled | undefined;
      for (const queue of this.#accounts.values()) {
        const { last } = queue;
        const counts = kind !== "queued" || queue.size > queue.pending;
        if (last !== undefined && counts && !last.isLocal && (worst === undefined || isWorse(last, worst)))
          worst = last;
      }
      if (worst === undefined) break;
      dropped.push(this.#drop(worst, "evicted", base));
    }
    return dropped;
  }

  #overflow(): "any" | "queued" | undefined {
    if (this.#bytes > this.#limits.bytes || this.#pending > this.#limits.pending) return "any";
    return this.#byId.size - this.#pending > this.#limits.queued ? "queued" : undefined;
  }

  #recount(account: Account, nextNonce: bigint): void {
    const queue = this.#accounts.get(account);
    if (queue === undefined) return;
    const before = queue.pending;
    queue.recount(nextNonce);
    this.#pending += queue.pending - before;
  }

  #queueOf(account: Account): AccountQueue {
    const queue = this.#accounts.get(account) ?? new AccountQueue();
    this.#accounts.set(account, queue);
    return queue;
  }

  #nextNonce({ machine, view }: PoolBase, account: Account): bigint {
    return machine.standing(view, account).nonce;
  }
}
