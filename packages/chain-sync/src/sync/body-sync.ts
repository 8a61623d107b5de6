import type { Clock, PeerId } from "@swarm-space/core";
import { ancestorAt, forkOf, type HeaderNode, pathBetween } from "../chain/header-tree.ts";
import { openBody } from "../hashing/ids.ts";
import type { BlockBody } from "../live/body-intake.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { ForkChoice } from "../model/fork-choice.ts";
import type { BlockId } from "../model/hex.ts";
import { type Refusal, refuse } from "../model/verdict.ts";
import type { TransactionPool } from "../pool/transaction-pool.ts";
import { BodyPlan } from "./body-plan.ts";
import type { Court } from "./court.ts";
import type { PeerRoom } from "./peer-room.ts";
import { findByShortIds, shortIdBytes } from "./short-ids.ts";
import { syncLimits } from "./sync-limits.ts";
import type { SyncPeer } from "./sync-peer.ts";
import { bodiesAnswer, packIds } from "./wire.ts";

export interface BodySyncOptions {
  readonly chain: NodeChain;
  readonly forkChoice: ForkChoice;
  readonly clock: Clock;
  readonly court: Court;
  readonly peers: PeerRoom;
  readonly pool: Pick<TransactionPool, "all">;
  /** @throws as the lane's `request` */
  ask(peer: SyncPeer, ids: Uint8Array[]): Promise<unknown>;
  /** Bodies came, or none is wanted any more. */
  onProgress(): void;
}

/** Branches that are followed at a time; the best ones. */
const mostBranches = 8;

/** Fetches the bodies of every better branch whose headers are here, from whoever has them. */
export class BodySync {
  readonly #o: BodySyncOptions;
  readonly #plan = new BodyPlan();
  /** Who gave the body of a block that is not connected yet. */
  readonly #givers = new Map<BlockId, PeerId>();
  #stall: Disposable | undefined;
  /** This node could not keep what came: nothing is asked for until it has waited a while. */
  #ownTrouble: Disposable | undefined;
  #isOpen = true;
  #wasBehind = false;
  /** When the last body came, or the first one was wanted. */
  #progressAt = Number.NEGATIVE_INFINITY;
  received = 0;

  constructor(o: BodySyncOptions) {
    this.#o = o;
  }

  get isIdle(): boolean {
    return this.#plan.inFlight === 0;
  }

  /** Whether somebody told of a better chain that is not here yet. */
  get isBehind(): boolean {
    return this.#wanted().length > 0;
  }

  /** Whether its blocks are coming, and so are all that matters. Who keeps them back holds up nothing else for longer than a stall. */
  get isCatchingUp(): boolean {
    return this.isBehind && this.#o.clock.now() - this.#progressAt < syncLimits.stallMs;
  }

  /** Asks for what is wanted and not under way. */
  pump(): void {
    if (!this.#isOpen || this.#ownTrouble !== undefined) return;
    const { clock, peers } = this.#o;
    const wanted = this.#wanted();
    if (wanted.length > 0 && !this.#wasBehind) this.#progressAt = clock.now();
    this.#wasBehind = wanted.length > 0;
    const suppliers = this.#heard.map((peer) => ({ peer: peer.id, has: (each: HeaderNode) => holds(peer, each) }));
    for (const { peer, ids } of this.#plan.next(wanted, suppliers, clock.now())) {
      const known = peers.get(peer);
      if (known !== undefined) void this.#fetch(known, ids);
    }
    this.#watch(wanted[0]?.id);
  }

  /**
   * The body of a block that the peer told of, put together of what waits here: then it need not be asked for. Where that is not the
   * body that the header names, nobody is blamed.
   */
  async rebuild(peer: SyncPeer, id: BlockId, short: Uint8Array): Promise<void> {
    const { chain, court, pool } = this.#o;
    const node = chain.tree.get(id);
    if (!this.#isOpen || node?.status !== "header" || court.isBanned(peer.id)) return;
    // What waits is gone through once for it: not for a list that cannot be the block's.
    if (short.length !== shortIdBytes * node.sealed.header.transactionCount) return;
    const transactions = findByShortIds(short, pool.all());
    if (transactions === undefined || !this.#plan.land(peer.id, id)) return;
    this.#note(id, peer.id);
    const [verdict] = await chain.addBodies([{ id, transactions }]);
    if (verdict?.ok) this.received += 1;
    else if (verdict?.class === "internal") this.#wait();
    this.#plan.settle(peer.id, [id]);
    if (this.#isOpen) this.#o.onProgress();
  }

  /** A block that was connected, or condemned, is nobody's gift any more. */
  giverOf(id: BlockId): PeerId | undefined {
    const giver = this.#givers.get(id);
    this.#givers.delete(id);
    return giver;
  }

  forget(peer: PeerId): void {
    this.#plan.drop(peer);
    this.pump();
  }

  close(): void {
    this.#isOpen = false;
    this.#stall?.[Symbol.dispose]();
    this.#ownTrouble?.[Symbol.dispose]();
    this.#plan.clear();
  }

  async #fetch(peer: SyncPeer, ids: readonly BlockId[]): Promise<void> {
    const { court, clock } = this.#o;
    try {
      const answer = bodiesAnswer.safeParse(await this.#o.ask(peer, packIds(ids)));
      if (answer.success && answer.data.bodies.length <= ids.length) await this.#take(peer, ids, answer.data.bodies);
      else this.#refuse(peer, refuse("MALFORMED", "bodies of no known form"));
    } catch (error) {
      court.unanswered(peer.id, error);
      this.#plan.rest(peer.id, clock.now());
    }
    this.#plan.settle(peer.id, ids);
    if (!this.#isOpen) return;
    this.#o.onProgress();
    this.pump();
  }

  /** What is new of an answer goes to the chain together: what of it joins the active chain is one write. */
  async #take(peer: SyncPeer, ids: readonly BlockId[], bodies: readonly (Uint8Array | null)[]): Promise<void> {
    const { chain, court } = this.#o;
    if (!this.#isOpen) return;
    const fresh: BlockBody[] = [];
    if (bodies.length === 0) this.#notFound(peer);
    else this.#plan.prosper(peer.id);
    for (const [at, bytes] of bodies.entries()) {
      const id = ids[at];
      if (id === undefined || court.isBanned(peer.id)) break;
      const body = bytes === null ? this.#notFound(peer) : this.#open(peer, id, bytes);
      if (body !== undefined) fresh.push(body);
    }
    if (fresh.length === 0) return;
    // A block that turned out bad is charged when the chain tells of it: to whoever gave its body.
    for (const verdict of await chain.addBodies(fresh)) {
      if (verdict.ok) continue;
      if (verdict.blames === "copy") this.#refuse(peer, verdict);
      if (verdict.class === "internal") this.#wait();
    }
  }

  /** Whatever it costs, the same is not asked of it again at once. */
  #refuse(peer: SyncPeer, refusal: Refusal): undefined {
    const { court, clock } = this.#o;
    court.refused(peer.id, refusal);
    this.#plan.rest(peer.id, clock.now());
  }

  /** A full disk is no reason to have the same bodies sent again and again. */
  #wait(): void {
    const { clock } = this.#o;
    if (!this.#isOpen) return;
    this.#ownTrouble ??= clock.timer(syncLimits.bodiesTimeoutMs, () => {
      this.#ownTrouble = undefined;
      this.pump();
    });
  }

  /** It told of a chain that holds the block; it may have moved to another since. */
  #notFound(peer: SyncPeer): undefined {
    const { court, clock } = this.#o;
    court.fault(peer.id, "NOT_FOUND", 1);
    peer.best = undefined;
    this.#plan.rest(peer.id, clock.now());
  }

  /** Undefined where it is none, or came before: an answer that is late comes beside the one of whoever was asked instead. */
  #open(peer: SyncPeer, id: BlockId, bytes: Uint8Array): BlockBody | undefined {
    const { chain } = this.#o;
    if (chain.tree.get(id)?.status !== "header" || !this.#plan.land(peer.id, id)) return undefined;
    const decoded = openBody(bytes);
    if (!decoded.ok) return this.#refuse(peer, decoded);
    this.received += 1;
    this.#note(id, peer.id);
    return { id, transactions: decoded.value };
  }

  /** A body came, and this peer gave it. */
  #note(id: BlockId, peer: PeerId): void {
    this.#progressAt = this.#o.clock.now();
    this.#givers.set(id, peer);
    for (const oldest of this.#givers.keys()) {
      if (this.#givers.size <= mostBranches * syncLimits.window) break;
      this.#givers.delete(oldest);
    }
  }

  /** Peers whose word counts. */
  get #heard(): readonly SyncPeer[] {
    const { court, peers } = this.#o;
    return peers.all.filter(({ id, isDeaf }) => !isDeaf && !court.isBanned(id));
  }

  /** Lowest first of the best branch, then of the next. */
  #wanted(): readonly HeaderNode[] {
    const { chain, forkChoice } = this.#o;
    const ends = new Set<HeaderNode>();
    for (const { best } of this.#heard) {
      if (best !== undefined && best.status !== "invalid" && forkChoice.compare(best, chain.tip) > 0) ends.add(best);
    }
    const branches = [...ends].sort((one, other) => -forkChoice.compare(one, other)).slice(0, mostBranches);
    return [...new Set(branches.flatMap((end) => this.#missing(end)))];
  }

  /** In the window above the fork; above that, too, where all of it is here and does not win yet. */
  #missing(end: HeaderNode): readonly HeaderNode[] {
    const { chain, forkChoice } = this.#o;
    for (let from = forkOf(chain.tip, end); ; ) {
      const top = ancestorAt(end, Math.min(end.height, from.height + syncLimits.window)) ?? end;
      const missing = pathBetween(from, top).filter(({ status }) => status === "header");
      if (missing.length > 0 || top === end || forkChoice.compare(top, chain.tip) > 0) return missing;
      from = top;
    }
  }

  #watch(lowest: BlockId | undefined): void {
    this.#stall?.[Symbol.dispose]();
    this.#stall = undefined;
    const { clock, court } = this.#o;
    const at = this.#plan.wakeAt(lowest, clock.now());
    if (at === undefined) return;
    this.#stall = clock.timer(Math.max(1, at - clock.now()), () => {
      const peer = this.#plan.stalled(lowest, clock.now());
      if (peer !== undefined) court.fault(peer, "NO_ANSWER", 2);
      this.pump();
    });
  }
}

function holds({ best }: SyncPeer, { id, height }: HeaderNode): boolean {
  return best !== undefined && ancestorAt(best, height)?.id === id;
}
