import {
  type Clock,
  codeOf,
  type EventBus,
  type Lane,
  type PeerId,
  SwarmError,
  type TransportId,
  Waiters,
} from "@swarm-space/core";
import type { ChainRules } from "../chain/rules.ts";
import { chainError } from "../chain-error.ts";
import { openHeader } from "../hashing/ids.ts";
import type { NodeChain } from "../live/node-chain.ts";
import type { PoolRoom } from "../live/pool-room.ts";
import type { ChainStore } from "../model/chain-store.ts";
import type { NamedHeader } from "../model/header.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import { type Refusal, refuse } from "../model/verdict.ts";
import type { TransactionPool } from "../pool/transaction-pool.ts";
import { answerInTurn, type Counter } from "./answers.ts";
import { BodySync } from "./body-sync.ts";
import { Court } from "./court.ts";
import { Equivocations } from "./equivocations.ts";
import { HeaderSync } from "./header-sync.ts";
import { PeerRoom } from "./peer-room.ts";
import type { PeerScores } from "./peer-scores.ts";
import { RoadCounts } from "./road-counts.ts";
import { syncLimits } from "./sync-limits.ts";
import type { Delivery, SyncPeer } from "./sync-peer.ts";
import type { TellSync } from "./tell-sync.ts";
import { TipTeller } from "./tip-teller.ts";
import { TransactionRelay } from "./transaction-relay.ts";
import { type ChainAnswer, type ChainMessage, channelName, type OwnMessage, unpackIds } from "./wire.ts";

export interface ChainSyncOptions {
  readonly rules: ChainRules;
  readonly chain: NodeChain;
  readonly room: PoolRoom;
  readonly pool: TransactionPool;
  readonly store: ChainStore;
  readonly scores: PeerScores;
  readonly verifier: SignatureVerifier;
  readonly lane: Lane<ChainMessage>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly tell: TellSync;
  /** Of the beat, ms. */
  readonly interval: number;
}

/** Keeps one node's chain and pool in step with those of its peers. Running from its making until `close`. */
export class ChainSync {
  readonly court: Court;
  readonly peers: PeerRoom;
  readonly roads = new RoadCounts();
  readonly bodies: BodySync;
  readonly equivocations: Equivocations;
  readonly #o: ChainSyncOptions;
  readonly #counter: Counter;
  readonly #relay: TransactionRelay;
  readonly #ending = new AbortController();
  readonly #headers: HeaderSync;
  readonly #undo: () => void;
  #beat: Disposable | undefined;
  readonly #tips: TipTeller;
  readonly #idle = new Waiters();

  constructor(o: ChainSyncOptions) {
    const { chain, clock, tell, events, pool, room, lane, scores } = o;
    this.#o = o;
    this.court = new Court({ now: () => clock.now(), tell, scores });
    this.peers = new PeerRoom(clock);
    const { court, peers } = this;
    this.#counter = { ...o, court, peers, signal: this.#ending.signal };
    this.equivocations = new Equivocations({ ...o, court, peers, send: (...told) => void this.#send(...told, "all") });
    this.#headers = new HeaderSync({
      chain,
      clock,
      court,
      onHeaders: (added) => this.equivocations.note(added),
      ask: (peer, locator, most) => this.#ask(peer, { kind: "getHeaders", locator, most }, syncLimits.headersTimeoutMs),
    });
    this.bodies = new BodySync({
      chain,
      clock,
      court,
      peers,
      pool,
      forkChoice: o.rules.forkChoice,
      ask: (peer, ids) => this.#ask(peer, { kind: "getBodies", ids }, syncLimits.bodiesTimeoutMs),
      onProgress: () => this.#progress(),
    });
    this.#relay = new TransactionRelay({
      room,
      pool,
      clock,
      court,
      peers,
      send: (...told) => void this.#send(...told),
      ask: (peer, ids) => this.#ask(peer, { kind: "getTransactions", ids }, syncLimits.transactionsTimeoutMs),
    });
    this.#tips = new TipTeller({
      chain,
      clock,
      peers,
      isCatchingUp: () => this.bodies.isCatchingUp,
      fingerprint: () => this.#relay.fingerprint(),
      send: (...told) => this.#send(...told),
    });
    const undo = [
      peers.follow(events, {
        met: (peer) => {
          this.#tips.greet([peer]);
          this.equivocations.greet(peer);
        },
        gone: ({ id }) => this.bodies.forget(id),
      }),
      court.follow(events, channelName),
      this.roads.follow(events, channelName),
      this.equivocations.follow(events, chain.tree),
    ];
    this.#undo = () => {
      for (const each of undo) each();
    };
    this.#tips.greet(lane.peers().map((peer) => peers.meet(peer)));
    this.#beatLater();
  }

  /** Tells every peer the own tip and asks for theirs; resolves when all that was told of is here. */
  async syncNow(signal: AbortSignal): Promise<void> {
    await this.#o.chain.resume();
    const peers = this.peers.all.filter(({ id, isDeaf }) => !isDeaf && !this.court.isBanned(id));
    this.#tips.greet(peers);
    await Promise.all(peers.map((peer) => this.#headers.fetch(peer)));
    this.bodies.pump();
    while (!this.bodies.isIdle && !this.#ending.signal.aborted) await this.#idle.wait(signal);
    signal.throwIfAborted();
  }

  receive(message: ChainMessage, from: PeerId, transport: TransportId): void {
    const peer = this.peers.hear(from);
    if (peer === undefined || this.court.isBanned(from)) return;
    if (message.kind === "tip") this.#hearTip(peer, message, transport);
    else if (message.kind === "have") this.#hearTransactions(peer, message.ids, transport);
    else if (message.kind !== "equivocation") this.#hearStray(peer, message.kind);
    else if (peer.allowed.announcements.take(1, this.#o.clock.now())) void this.equivocations.hear(peer, message);
    else this.court.fault(peer.id, "FLOOD", 1);
  }

  /** @throws SwarmError `CHAIN_PEER_BUSY` to one that asks too much, or is banned */
  async respond(question: ChainMessage, from: PeerId): Promise<ChainAnswer> {
    const peer = this.peers.hear(from);
    if (peer !== undefined && question.kind === "unknown") this.#hearStray(peer, question.kind);
    const answer = peer && (await answerInTurn(this.#counter, peer, question));
    if (answer === undefined) throw chainError("CHAIN_PEER_BUSY", "This peer does not answer that now.");
    return answer;
  }

  /** The active chain has a new end. Told at once, many moves of one turn as one; on the way to a better one, at its end. */
  moved(): void {
    this.#tips.moved();
  }

  admitted(transaction: NamedTransaction): void {
    this.#relay.tell(transaction);
  }

  /** A block of this id is bad for ever. */
  condemned(id: string, refusal: Refusal): void {
    const giver = this.bodies.giverOf(id);
    if (giver !== undefined) this.court.refused(giver, refusal);
  }

  close(): void {
    this.#ending.abort(new SwarmError("SWARM_STOPPED", "The chain's synchronisation was stopped."));
    this.#undo();
    this.#beat?.[Symbol.dispose]();
    this.#tips.close();
    this.#relay.close();
    this.bodies.close();
    this.#idle.wake();
  }

  #beatLater(): void {
    this.#beat = this.#o.clock.timer(this.#o.interval, () => {
      this.#beatLater();
      this.#tips.greet(this.peers.all);
      void this.#retry();
    });
  }

  /** What the medium refused last time may be possible now. */
  async #retry(): Promise<void> {
    try {
      await this.#o.room.expire();
      await this.#o.chain.resume();
      for (const peer of this.peers.all) if (peer.early !== undefined) await this.#learn(peer, peer.early);
      this.bodies.pump();
    } catch (error) {
      this.#o.events.emit("handler:failed", { where: "@swarm-space/chain-sync", error });
    }
  }

  #hearTip(
    peer: SyncPeer,
    { header, pool, short }: OwnMessage & { readonly kind: "tip" },
    transport: TransportId,
  ): void {
    if (!peer.allowed.tips.take(1, this.#o.clock.now())) return this.court.fault(peer.id, "FLOOD", 1);
    this.roads.add(transport, "in");
    const opened = openHeader(header);
    if (!opened.ok) return this.court.refused(peer.id, opened);
    const { id, sealed } = opened.value;
    const { genesis } = this.#o.rules;
    if (id !== genesis.block.id && sealed.header.chainId !== genesis.block.id)
      return this.court.refused(peer.id, refuse("WRONG_CHAIN"));
    peer.speaks = true;
    void this.#learn(peer, opened.value, short).then(() => {
      if (pool === undefined || this.bodies.isCatchingUp) return;
      const own = this.#relay.fingerprint();
      if (own.some((byte, at) => byte !== pool[at])) this.#relay.tellAll(peer);
    });
  }

  async #learn(peer: SyncPeer, named: NamedHeader, short?: Uint8Array): Promise<void> {
    await this.#headers.learn(peer, named);
    if (short !== undefined) await this.bodies.rebuild(peer, named.id, short);
    this.bodies.pump();
    if (!this.bodies.isCatchingUp) this.#answerLesser(peer);
  }

  /** It told of a chain that is worse than ours: it may not know. */
  #answerLesser(peer: SyncPeer): void {
    const { tip } = this.#o.chain;
    const isLess = peer.best !== undefined && this.#o.rules.forkChoice.compare(tip, peer.best) > 0;
    if (isLess) this.#tips.remind(peer);
  }

  /** Kinds of later versions are let pass, and nobody is blamed for a few; an answer that nobody asked for is read by nobody. */
  #hearStray(peer: SyncPeer, kind: ChainMessage["kind"]): void {
    if (kind === "unknown")
      this.court.fault(peer.id, "UNKNOWN_KIND", 10 * peer.allowed.strays.add(1, this.#o.clock.now()));
    else this.court.fault(peer.id, "UNASKED", 10);
  }

  #hearTransactions(peer: SyncPeer, ids: Uint8Array[], transport: TransportId): void {
    if (!peer.allowed.announcements.take(1, this.#o.clock.now())) return this.court.fault(peer.id, "FLOOD", 1);
    this.roads.add(transport, "in");
    // While blocks are fetched they are what matters; the next beat tells again.
    if (this.bodies.isCatchingUp) this.#relay.note(peer, unpackIds(ids));
    else void this.#relay.hear(peer, unpackIds(ids));
  }

  async #send(peer: SyncPeer, message: ChainMessage, delivery: Delivery): Promise<void> {
    if (peer.isDeaf || this.court.isBanned(peer.id)) return;
    if (delivery === "all") for (const road of peer.roads.keys()) this.roads.add(road, "out");
    const { signal } = this.#ending;
    try {
      await this.#o.lane.send(peer.id, message, { delivery, ttlMs: syncLimits.bodiesTimeoutMs, signal });
    } catch (error) {
      if (codeOf(error, "") === "CHANNEL_UNKNOWN") peer.isDeaf = true;
    }
  }

  #ask(peer: SyncPeer, question: ChainMessage, ttlMs: number): Promise<unknown> {
    return this.#o.lane.request(peer.id, question, { ttlMs, signal: this.#ending.signal });
  }

  #progress(): void {
    const { tip, tree } = this.#o.chain;
    const peers = this.peers.all.length;
    this.#o.tell("sync:progress", { height: tip.height, headerHeight: tree.best.height, peers });
    if (!this.bodies.isCatchingUp) this.moved();
    if (this.bodies.isIdle) this.#idle.wake();
  }
}
