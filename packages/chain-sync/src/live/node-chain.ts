import { codeOf, describeError, oneAtATime } from "@swarm-space/core";
import { forkOf, type HeaderNode, type HeaderTree } from "../chain/header-tree.ts";
import type { ChainRules } from "../chain/rules.ts";
import type { Block } from "../model/block.ts";
import type { ChainStore } from "../model/chain-store.ts";
import type { NamedHeader } from "../model/header.ts";
import type { BlockId } from "../model/hex.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";
import { type BlockBody, type BodiesAtHand, type Followed, placeOfBody } from "./body-intake.ts";
import { type BranchRun, type Position, runBranch } from "./branch-run.ts";
import { bestConnectable, connectableFrom } from "./candidates.ts";
import type { TellChain } from "./chain-events.ts";
import { type HeadersTaken, takeHeaders } from "./header-intake.ts";
import type { PoolRoom } from "./pool-room.ts";
import { RecentIds } from "./recent-ids.ts";

export interface NodeChainOptions {
  readonly rules: ChainRules;
  readonly store: ChainStore;
  readonly verifier: SignatureVerifier;
  readonly pool: PoolRoom;
  /** Unix ms. */
  wall(): number;
  readonly tell: TellChain;
  /** Blocks that are undone at most without an operator. */
  readonly maxReorgDepth: number;
}

/** Headers that are remembered for what is wrong with them. */
const mostCondemned = 4_096;

const nothing: Followed = Object.freeze({ verdict: accepted, condemned: new Map() });

/**
 * One node's chain: the tree of headers, the active chain in it, its state. What comes is checked, followed in memory, written in
 * one batch, and only then true. One thing at a time.
 */
export class NodeChain {
  readonly tree: HeaderTree;
  readonly #o: NodeChainOptions;
  readonly #inTurn = oneAtATime();
  readonly #condemned = new RecentIds(mostCondemned);
  #position: Position;
  #tipBody: readonly NamedTransaction[] | undefined;
  /** Stand in the tree, and not yet on the medium. */
  #unwritten: readonly HeaderNode[] = [];

  constructor(o: NodeChainOptions, tree: HeaderTree, position: Position) {
    this.#o = o;
    this.tree = tree;
    this.#position = position;
  }

  get tip(): HeaderNode {
    return this.#position.tip;
  }

  /** Its transactions, where it was connected in this life. */
  get tipBody(): readonly NamedTransaction[] | undefined {
    return this.#tipBody;
  }

  get position(): Position {
    return this.#position;
  }

  /** Whether no block of this id, and none that stands on it, is ever taken. */
  isCondemned(id: BlockId): boolean {
    return this.#condemned.has(id) || this.tree.get(id)?.status === "invalid";
  }

  /** A run of headers, each on the one before. */
  addHeaders(run: readonly NamedHeader[]): Promise<HeadersTaken> {
    return this.#inTurn(async () => {
      const { rules, verifier, wall } = this.#o;
      if (!(await this.#write()))
        return { verdict: refuse("INTERNAL", "earlier headers wait to be written"), nodes: [], added: [] };
      const intake = { rules, tree: this.tree, verifier, condemned: this.#condemned, now: wall() };
      const taken = await takeHeaders(intake, run);
      this.#unwritten = taken.added;
      await this.#write();
      return taken;
    });
  }

  /** The body of a header that is known. `INTERNAL` where this node could not write: it proves nothing of the block. */
  async addBody(id: BlockId, transactions: readonly NamedTransaction[]): Promise<Verdict> {
    const [verdict] = await this.addBodies([{ id, transactions }]);
    return verdict ?? accepted;
  }

  /**
   * Bodies of known headers, each with a verdict of its own. What of them joins the active chain is written in one batch, so a
   * long way is gone in as few steps as the caller likes.
   */
  addBodies(bodies: readonly BlockBody[]): Promise<readonly Verdict[]> {
    return this.#inTurn(async () => {
      const places = bodies.map((body) => placeOfBody(this.tree, body));
      const atHand = new Map<HeaderNode, readonly NamedTransaction[]>();
      for (const [at, { transactions }] of bodies.entries()) {
        const place = places[at];
        if (place !== undefined && "id" in place && place.status === "header") atHand.set(place, transactions);
      }
      const waiting = places.filter((place) => "id" in place).filter(({ status }) => status !== "valid");
      const followed = waiting.length === 0 ? nothing : await this.#connect(waiting, atHand);
      return places.map((place) =>
        "id" in place
          ? (followed.condemned.get(place) ?? (place.status === "valid" ? accepted : followed.verdict))
          : place,
      );
    });
  }

  /** Header and body together, as a producer has them. */
  async addBlock(block: Block): Promise<Verdict> {
    const { verdict } = await this.addHeaders([block]);
    return verdict.ok ? this.addBody(block.id, block.transactions) : verdict;
  }

  /** Follows the best that could be connected: after an opening, and when a full medium has room again. */
  resume(): Promise<Verdict> {
    return this.#inTurn(async () => {
      const { verdict } = await this.#follow(bestConnectable(this.tree, this.#o.rules.forkChoice), new Map());
      return verdict;
    });
  }

  /** No header is forgotten because the medium failed once, and nothing is written above one that is not there. */
  async #write(): Promise<boolean> {
    try {
      if (this.#unwritten.length > 0) await this.#o.store.putHeaders(this.#unwritten);
      this.#unwritten = [];
    } catch (error) {
      this.#o.tell("chain:unsaved", { code: codeOf(error, "STORE_FAILED") });
    }
    return this.#unwritten.length === 0;
  }

  /** Follows what these bodies make reachable; those that did not join the active chain are kept for when they will. */
  async #connect(nodes: readonly HeaderNode[], atHand: BodiesAtHand): Promise<Followed> {
    if (!(await this.#write())) return { ...nothing, verdict: refuse("INTERNAL", "its header waits to be written") };
    for (const node of atHand.keys()) node.status = "body";
    try {
      const { forkChoice } = this.#o.rules;
      const lowest = nodes.filter(({ parent }) => parent === undefined || !atHand.has(parent));
      const ends = lowest.flatMap((node) => connectableFrom(node, forkChoice) ?? []);
      const best = ends.sort((one, other) => forkChoice.compare(other, one))[0];
      const followed = await this.#follow(best, atHand);
      for (const [{ id, sealed, status }, transactions] of atHand)
        if (status === "body") await this.#o.store.putBody({ id, sealed, transactions });
      return followed;
    } catch (error) {
      for (const node of atHand.keys()) if (node.status === "body") node.status = "header";
      return { ...nothing, verdict: refuse("INTERNAL", `${codeOf(error, "unknown")}: ${describeError(error)}`) };
    }
  }

  /** Tries what is best, until the best is the tip. */
  async #follow(first: HeaderNode | undefined, atHand: BodiesAtHand): Promise<Followed> {
    const { rules, store } = this.#o;
    const condemned = new Map<HeaderNode, Refusal>();
    let target = first;
    while (target !== undefined && rules.forkChoice.compare(target, this.tip) > 0) {
      const depth = this.tip.height - forkOf(this.tip, target).height;
      if (depth > this.#o.maxReorgDepth) {
        this.#o.tell("chain:deep-fork", { tip: target.id, depth });
        return { verdict: refuse("DEEP_FORK", `it would undo ${depth} blocks`), condemned };
      }
      const run = await runBranch(this.#o, this.#position, target, atHand);
      if (rules.forkChoice.compare(run.tip, this.tip) > 0) await this.#commit(run);
      if (run.failure === undefined) break;
      const { node, refusal } = run.failure;
      const fallen = this.tree.invalidate(node);
      await store.putHeaders(fallen);
      this.#o.tell("block:invalid", { id: node.id, height: node.height, refusal });
      for (const each of fallen)
        condemned.set(each, each === node ? refusal : refuse("ANCESTOR_INVALID", refusal.reason));
      target = bestConnectable(this.tree, rules.forkChoice);
    }
    return { verdict: accepted, condemned };
  }

  async #commit(run: BranchRun): Promise<void> {
    const { store, pool, tell } = this.#o;
    const { disconnected, connected, tip } = run;
    const included = connected.flatMap(({ block }) => block.transactions);
    const undone = await Promise.all(disconnected.toReversed().map(({ node }) => store.body(node)));
    const ids = new Set(included.map(({ id }) => id));
    const returned = undone.flatMap((all) => all ?? []).filter(({ id }) => !ids.has(id));
    await store.move({ disconnected, connected, tip: tip.id, returned }, { durable: true });
    this.#position = { tip: run.tip, state: run.state };
    this.#tipBody = connected.at(-1)?.block.transactions;
    for (const { node } of run.connected) node.status = "valid";
    for (const { id, height } of run.disconnected) tell("block:disconnected", { id, height });
    for (const { node, receipts } of run.connected)
      tell("block:connected", { id: node.id, height: node.height, receipts });
    if (run.disconnected.length > 0) {
      const { id, height } = run.fork;
      const [old, fresh] = [run.disconnected.toReversed(), run.connected.map(({ node }) => node)].map((all) =>
        all.map((each) => each.id),
      );
      tell("chain:reorg", { fork: { id, height }, old: old ?? [], new: fresh ?? [], depth: run.disconnected.length });
    }
    await pool.follow(this.#position, returned, included);
  }
}
