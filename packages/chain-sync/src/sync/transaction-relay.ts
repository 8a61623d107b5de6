import { type Clock, pause } from "@swarm-space/core";
import { decodeTransaction } from "../codec/transaction-codec.ts";
import { bytesOf, domainHash } from "../hashing/domains.ts";
import { nameTransaction } from "../hashing/ids.ts";
import type { PoolRoom } from "../live/pool-room.ts";
import { RecentIds } from "../live/recent-ids.ts";
import type { FullId } from "../model/hex.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { Pooled } from "../model/transaction-pool.ts";
import { refuse } from "../model/verdict.ts";
import type { TransactionPool } from "../pool/transaction-pool.ts";
import type { Court } from "./court.ts";
import type { PeerRoom } from "./peer-room.ts";
import { syncLimits } from "./sync-limits.ts";
import type { Delivery, SyncPeer } from "./sync-peer.ts";
import { type ChainMessage, packIds, transactionsAnswer } from "./wire.ts";

export interface TransactionRelayOptions {
  readonly room: PoolRoom;
  readonly pool: TransactionPool;
  readonly clock: Clock;
  readonly court: Court;
  readonly peers: PeerRoom;
  send(peer: SyncPeer, message: ChainMessage, delivery: Delivery): void;
  /** @throws as the lane's `request` */
  ask(peer: SyncPeer, ids: Uint8Array[]): Promise<unknown>;
}

/** Full ids that were asked for or taken lately. */
const mostSeen = 32_768;
/** Ids that one peer may be asked for at a time; what it announces beyond is left until the next beat. */
const mostAsking = 5_000;
/** Ids that one peer is told again at a beat. */
const mostAgain = 256;

/** Tells others what waits here, and fetches what waits there. Each transaction goes to each peer once. */
export class TransactionRelay {
  readonly #o: TransactionRelayOptions;
  readonly #seen = new RecentIds(mostSeen);
  #fresh: NamedTransaction[] = [];
  /** Each peer may have it compared four times a second. */
  #print: { readonly of: readonly Pooled[]; readonly bytes: Uint8Array } | undefined;
  #timer: Disposable | undefined;
  readonly #ending = new AbortController();

  constructor(o: TransactionRelayOptions) {
    this.#o = o;
  }

  /** Of the ids of all that waits: equal pools have equal ones. */
  fingerprint(): Uint8Array {
    const all = this.#o.pool.all();
    if (all !== this.#print?.of) {
      const ids = all.map(({ fullId }) => fullId).sort();
      const hash = domainHash("swarm/txf/1", new TextEncoder().encode(ids.join("")));
      this.#print = { of: all, bytes: bytesOf(hash).subarray(0, 8) };
    }
    return this.#print.bytes;
  }

  /** One that was admitted here: the others are told in a moment, many at once, over every connected transport. */
  tell(named: NamedTransaction): void {
    this.#seen.add(named.fullId);
    this.#fresh.push(named);
    this.#timer ??= this.#o.clock.timer(syncLimits.announceMs, () => {
      // What stands in a block by now has gone with it.
      const ids = this.#fresh.flatMap(({ id, fullId }) => (this.#o.pool.get(id)?.fullId === fullId ? [fullId] : []));
      this.#fresh = [];
      this.#timer = undefined;
      for (const peer of this.#o.peers.all) this.#announce(peer, ids, "all");
    });
  }

  /**
   * The peer has another pool: all that waits here and that it did not announce itself. What it was told before is told again, so many
   * at a time: it was behind then, or its state did not admit it yet.
   */
  tellAll(peer: SyncPeer): void {
    const ids = this.#o.pool.all().flatMap(({ fullId }) => (peer.announced.has(fullId) ? [] : [fullId]));
    const again = ids.filter((id) => peer.known.has(id));
    const from = peer.toldAgain < again.length ? peer.toldAgain : 0;
    peer.toldAgain = from + mostAgain;
    for (const id of again.slice(from, from + mostAgain)) peer.known.delete(id);
    this.#announce(peer, ids, "best");
  }

  /** What the peer announced: asked for, where it is new. */
  async hear(peer: SyncPeer, ids: readonly FullId[]): Promise<void> {
    this.note(peer, ids);
    await this.#want(peer, ids);
  }

  /** What the peer announced, and is not asked for at once. */
  note(peer: SyncPeer, ids: readonly FullId[]): void {
    const { court, clock } = this.#o;
    for (const id of ids) peer.known.add(id);
    const doubles = ids.filter((id) => !peer.announced.add(id)).length;
    if (doubles > 0) court.fault(peer.id, "DUPLICATE", 5 * peer.allowed.doubles.add(doubles, clock.now()));
  }

  async #want(peer: SyncPeer, ids: readonly FullId[]): Promise<void> {
    const { pool, clock } = this.#o;
    const held = new Set(pool.all().map(({ fullId }) => fullId));
    const isNews = (id: FullId) => !held.has(id) && !pool.isRefused(id, clock.now());
    const some = ids.filter(isNews).slice(0, Math.max(0, mostAsking - peer.asking));
    const wanted = some.filter((id) => this.#seen.add(id));
    peer.asking += wanted.length;
    for (let at = 0; at < wanted.length; at += syncLimits.transactionsPerRequest) {
      await this.#fetch(peer, wanted.slice(at, at + syncLimits.transactionsPerRequest));
    }
    peer.asking -= wanted.length;
  }

  close(): void {
    this.#ending.abort();
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#fresh = [];
  }

  #announce(peer: SyncPeer, ids: readonly FullId[], delivery: Delivery): void {
    if (peer.isDeaf || this.#o.court.isBanned(peer.id)) return;
    const news = ids.filter((id) => peer.known.add(id));
    for (let at = 0; at < news.length; at += syncLimits.announcedIds) {
      const message: ChainMessage = { kind: "have", ids: packIds(news.slice(at, at + syncLimits.announcedIds)) };
      this.#o.send(peer, message, delivery);
    }
  }

  async #fetch(peer: SyncPeer, ids: readonly FullId[]): Promise<void> {
    const missing = new Set(ids);
    const { clock } = this.#o;
    try {
      await peer.inCheck(() => this.#pace(peer, ids.length));
      // An answer has room for some alone, where they are large: while it brings any, the rest is asked for; not of one that takes long over little.
      const until = clock.now() + syncLimits.transactionsTimeoutMs;
      const mayAsk = () => missing.size > 0 && clock.now() < until && this.#isHeard(peer);
      for (let before = Number.POSITIVE_INFINITY; mayAsk() && missing.size < before; ) {
        before = missing.size;
        const answer = transactionsAnswer.safeParse(await this.#o.ask(peer, packIds([...missing])));
        if (!answer.success)
          return this.#o.court.refused(peer.id, refuse("MALFORMED", "transactions of no known form"));
        for (const bytes of answer.data.transactions) if (this.#isHeard(peer)) await this.#take(peer, bytes, missing);
        // What it announced may stand in a block by now: a little for nothing at all, and nothing for a part.
        if (missing.size === ids.length) this.#o.court.fault(peer.id, "NOT_FOUND", 1);
      }
    } catch (error) {
      this.#o.court.unanswered(peer.id, error);
    } finally {
      for (const id of missing) {
        this.#seen.delete(id);
        peer.announced.delete(id);
      }
      this.#elsewhere(missing);
    }
  }

  /** Each may cost a signature's check: what is over the peer's allowance waits for its turn. */
  async #pace(peer: SyncPeer, count: number): Promise<void> {
    const { clock } = this.#o;
    const { checks } = peer.allowed;
    if (!this.#isHeard(peer) || checks.charge(count, clock.now()) >= 0) return;
    await pause(clock, checks.debtMs(clock.now()), this.#ending.signal);
  }

  #isHeard(peer: SyncPeer): boolean {
    const { court, peers } = this.#o;
    return !this.#ending.signal.aborted && peers.get(peer.id) === peer && !court.isBanned(peer.id);
  }

  /** What did not come is asked of whoever else announced it: one that keeps it back is believed once. */
  #elsewhere(missing: ReadonlySet<FullId>): void {
    const { court, peers } = this.#o;
    if (this.#ending.signal.aborted) return;
    for (const other of peers.all) {
      const ids = [...missing].filter((id) => other.announced.has(id));
      if (ids.length > 0 && !court.isBanned(other.id)) void this.#want(other, ids);
    }
  }

  async #take(peer: SyncPeer, bytes: Uint8Array, missing: Set<FullId>): Promise<void> {
    const { court, room } = this.#o;
    const decoded = decodeTransaction(bytes);
    if (!decoded.ok) return court.refused(peer.id, decoded);
    const named = nameTransaction(decoded.value, bytes);
    if (!missing.delete(named.fullId)) return court.refused(peer.id, refuse("MALFORMED", "it was not asked for"));
    const verdict = await room.submit(named, false);
    if (verdict.ok) return;
    court.refused(peer.id, verdict);
    // On another state it may be good: whoever tells of it then is asked.
    this.#seen.delete(named.fullId);
  }
}
