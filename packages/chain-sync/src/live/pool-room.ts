import { codeOf } from "@swarm-space/core";
import type { ChainRules } from "../chain/rules.ts";
import { transactionClaim } from "../hashing/ids.ts";
import { StateTree } from "../hashing/state-tree.ts";
import type { ChainStore, KeptTransaction } from "../model/chain-store.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { PoolBase, PoolDrop, Pooled } from "../model/transaction-pool.ts";
import { refuse, type Verdict } from "../model/verdict.ts";
import type { TransactionPool } from "../pool/transaction-pool.ts";
import type { Position } from "./branch-run.ts";
import type { TellChain } from "./chain-events.ts";

export interface PoolRoomOptions {
  readonly rules: ChainRules;
  readonly store: Pick<ChainStore, "putPooled" | "pooled">;
  readonly verifier: SignatureVerifier;
  readonly pool: TransactionPool;
  /** Monotonic ms. */
  now(): number;
  readonly tell: TellChain;
}

/** The pool of one node: checks signatures, follows the tip, and keeps what waits over restarts. */
export class PoolRoom {
  readonly #o: PoolRoomOptions;
  #base: PoolBase;

  constructor(o: PoolRoomOptions) {
    this.#o = o;
    const { machine, genesis } = o.rules;
    this.#base = { machine, view: StateTree.empty, height: 1, time: genesis.block.sealed.header.time };
  }

  get base(): PoolBase {
    return this.#base;
  }

  candidates(): readonly Pooled[] {
    return this.#o.pool.candidates(this.#base);
  }

  /** Begins at this position, and admits again what was kept. */
  async open(position: Position): Promise<void> {
    this.#base = this.#baseOf(position);
    const kept = await this.#o.store.pooled();
    const gone: string[] = [];
    for (const named of kept) {
      const checked = await this.#check(named);
      const verdict = checked.ok ? await this.#add(named, named.isLocal) : checked;
      if (verdict.ok || verdict.code === "TRANSACTION_KNOWN") continue;
      gone.push(named.id);
      const reason = verdict.code === "TRANSACTION_EXPIRED" ? "expired" : "conflicting";
      this.#tellDropped([{ id: named.id, account: named.transaction.from, reason }]);
    }
    await this.#save([], gone);
  }

  /**
   * @param isLocal submitted at this node: never evicted for others. It is nowhere else yet, so it is on the medium before anybody
   * hears of it: what a death took from its owner and others have would meet the next of the same nonce. `INTERNAL` where the medium
   * refuses it.
   */
  async submit(named: NamedTransaction, isLocal: boolean): Promise<Verdict> {
    const checked = await this.#check(named);
    if (!checked.ok) return checked;
    const unkept = isLocal ? await this.#put([{ ...named, isLocal }], []) : undefined;
    if (unkept !== undefined) return refuse("INTERNAL", unkept);
    const verdict = await this.#add(named, isLocal);
    if (verdict.ok) {
      if (!isLocal) await this.#save([{ ...named, isLocal }], []);
      this.#o.tell("tx:accepted", { transaction: named });
    } else if (isLocal && this.#o.pool.get(named.id) === undefined) await this.#save([], [named.id]);
    return verdict;
  }

  /** After a move of the chain: what was undone comes back through the normal door, oldest first; what no longer holds goes. */
  async follow(
    position: Position,
    undone: readonly NamedTransaction[],
    included: readonly NamedTransaction[],
  ): Promise<void> {
    const { pool } = this.#o;
    this.#base = this.#baseOf(position);
    const ids = new Set(included.map(({ id }) => id));
    const dropped = [...pool.rebase(this.#base, this.#o.now(), ids)];
    const back: KeptTransaction[] = [];
    for (const named of undone) {
      // Its signature held when its block was connected.
      const { verdict, dropped: others } = pool.add(named, this.#base, { now: this.#o.now(), isLocal: false });
      dropped.push(...others);
      if (verdict.ok) back.push({ ...named, isLocal: false });
      else if (verdict.code !== "TRANSACTION_KNOWN") {
        dropped.push({ id: named.id, account: named.transaction.from, reason: "conflicting" });
      }
    }
    this.#tellDropped(dropped);
    await this.#save(
      back.filter(({ id }) => pool.get(id) !== undefined),
      dropped.map(({ id }) => id).filter((id) => pool.get(id) === undefined),
    );
  }

  /** Time has gone on: what is too old goes. */
  async expire(): Promise<void> {
    const dropped = this.#o.pool.rebase(this.#base, this.#o.now(), new Set());
    this.#tellDropped(dropped);
    await this.#save(
      [],
      dropped.map(({ id }) => id),
    );
  }

  async #check(named: NamedTransaction): Promise<Verdict> {
    const { pool, verifier } = this.#o;
    const verdict = pool.check(named, this.#base, this.#o.now());
    if (!verdict.ok) return verdict;
    const [signed] = await verifier.verifyBatch([transactionClaim(named)]);
    return signed === true ? verdict : pool.refuseSignature(named);
  }

  async #add(named: NamedTransaction, isLocal: boolean): Promise<Verdict> {
    const { pool } = this.#o;
    const admission = pool.add(named, this.#base, { now: this.#o.now(), isLocal });
    this.#tellDropped(admission.dropped);
    if (admission.dropped.length > 0)
      await this.#save(
        [],
        admission.dropped.map(({ id }) => id),
      );
    return admission.verdict;
  }

  /** The pool goes on without its copy on the medium, and says so: what waits is not lost while this process lives. */
  async #save(added: readonly KeptTransaction[], removed: readonly string[]): Promise<void> {
    const code = await this.#put(added, removed);
    if (code !== undefined) this.#o.tell("pool:unsaved", { code, transactions: added.map(({ id }) => id) });
  }

  /** @returns why it was not written */
  async #put(added: readonly KeptTransaction[], removed: readonly string[]): Promise<string | undefined> {
    try {
      await this.#o.store.putPooled(added, removed);
      return undefined;
    } catch (error) {
      return codeOf(error, "STORE_FAILED");
    }
  }

  #tellDropped(dropped: readonly PoolDrop[]): void {
    for (const drop of dropped) this.#o.tell("tx:dropped", drop);
  }

  #baseOf({ tip, state }: Position): PoolBase {
    return { machine: this.#o.rules.machine, view: state, height: tip.height + 1, time: tip.time };
  }
}
