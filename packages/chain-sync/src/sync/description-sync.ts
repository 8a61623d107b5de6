import { type Clock, codeOf, type EventBus, type Lane, type PeerId, SwarmError } from "@swarm-space/core";
import { chainError } from "../chain-error.ts";
import { decodeDescription, decodeMark, encodeDescription, encodeMark } from "../codec/description-codec.ts";
import { nameDescription } from "../hashing/description-id.ts";
import type { DescriptionRoom } from "../live/description-room.ts";
import type { Hash } from "../model/hex.ts";
import type { DescriptionMark } from "../model/token-description.ts";
import { refuse } from "../model/verdict.ts";
import type { Court } from "./court.ts";
import {
  type DescriptionMessage,
  type DescriptionsAnswer,
  descriptionChannel,
  descriptionsAnswer,
  descriptionsPerRequest,
  marksPerLetter,
} from "./description-wire.ts";
import type { PeerRoom } from "./peer-room.ts";
import { syncLimits } from "./sync-limits.ts";
import type { Delivery, SyncPeer } from "./sync-peer.ts";
import { packIds, unpackIds } from "./wire.ts";

export interface DescriptionSyncOptions {
  readonly room: Pick<DescriptionRoom, "judge" | "marks" | "fingerprint" | "get" | "take">;
  readonly court: Court;
  readonly peers: PeerRoom;
  readonly lane: Lane<DescriptionMessage>;
  readonly clock: Clock;
  readonly events: EventBus;
  /** Of the beat, ms. */
  readonly interval: number;
}

/** Marks that are heard again in a while: their token's block may be on its way, or the last description is too young. */
const mostLater = 256;
const laterMs = 5_000;
/** Marks of one peer that wait for their turn. */
const mostOffered = 4_096;
/** After two minutes they are forgotten. */
const mostTries = 24;

interface Later {
  readonly mark: DescriptionMark;
  readonly peer: PeerId;
  readonly tries: number;
}

/** Descriptions of tokens among nodes, beside the chain: each is told of by its mark, and fetched once. */
export class DescriptionSync {
  readonly #o: DescriptionSyncOptions;
  readonly #ending = new AbortController();
  readonly #asking = new Set<Hash>();
  readonly #later = new Map<Hash, Later>();
  readonly #undo: readonly (() => void)[];
  #timer: Disposable | undefined;
  #beat: Disposable | undefined;

  constructor(o: DescriptionSyncOptions) {
    this.#o = o;
    const { events, court, peers, room } = o;
    this.#undo = [
      events.on("peer:connect", ({ peer }) => this.#meet(peers.meet(peer))),
      events.on("token:described", (mark) => {
        for (const peer of peers.all) this.#tell(peer, [mark], "all");
      }),
      court.follow(events, descriptionChannel),
    ];
    const fingerprint = room.fingerprint();
    for (const peer of peers.all) this.#meet(peer, fingerprint);
    this.#beatLater();
  }

  receive(message: DescriptionMessage, from: PeerId): void {
    const peer = this.#o.peers.get(from);
    if (peer === undefined || this.#o.court.isBanned(from)) return;
    peer.isBlind = false;
    if (!peer.allowed.announcements.take(1, this.#o.clock.now())) return this.#o.court.fault(from, "FLOOD", 1);
    if (message.kind === "all") this.#compare(peer, message.fingerprint);
    if (message.kind === "marks") this.#hearAll(peer, message.marks);
  }

  /** @throws SwarmError `CHAIN_PEER_BUSY` to one that asks too much, or is banned */
  async respond(question: DescriptionMessage, from: PeerId): Promise<DescriptionsAnswer> {
    const { peers, court, room, clock } = this.#o;
    const isWelcome = peers.get(from)?.allowed.descriptionsGiven.take(1, clock.now()) === true && !court.isBanned(from);
    if (!isWelcome || question.kind !== "get")
      throw chainError("CHAIN_PEER_BUSY", "This peer does not answer that now.");
    const found = await Promise.all(unpackIds(question.tokens).map((token) => room.get(token)));
    const descriptions = found.flatMap((named) => (named === undefined ? [] : [encodeDescription(named.description)]));
    return { kind: "descriptions", descriptions };
  }

  close(): void {
    this.#ending.abort(new SwarmError("SWARM_STOPPED", "The chain's synchronisation was stopped."));
    for (const undo of this.#undo) undo();
    this.#timer?.[Symbol.dispose]();
    this.#beat?.[Symbol.dispose]();
    this.#later.clear();
  }

  /** So often at most: who just came and went hears it at the next beat. */
  #meet(peer: SyncPeer, fingerprint = this.#o.room.fingerprint()): void {
    if (peer.allowed.marksOffered.take(1, this.#o.clock.now())) this.#send(peer, { kind: "all", fingerprint }, "best");
  }

  /** What was lost on its way is told of again. One who has nothing says so only to those who have: a beat of two without is shorter. */
  #beatLater(): void {
    const { clock, interval, peers, room } = this.#o;
    this.#beat = clock.timer(interval, () => {
      this.#beatLater();
      if (room.marks().length === 0) return;
      const fingerprint = room.fingerprint();
      for (const peer of peers.all) this.#meet(peer, fingerprint);
    });
  }

  #compare(peer: SyncPeer, fingerprint: Uint8Array): void {
    const { court, clock, room } = this.#o;
    if (!peer.allowed.marksCompared.take(1, clock.now())) return court.fault(peer.id, "FLOOD", 1);
    const own = room.fingerprint();
    if (!own.some((byte, at) => byte !== fingerprint[at])) return;
    const marks = room.marks();
    if (marks.length > 0) this.#tell(peer, marks, "best");
    else this.#meet(peer, own);
  }

  #tell(peer: SyncPeer, marks: readonly DescriptionMark[], delivery: Delivery): void {
    const packed = marks.map((mark) => encodeMark(mark));
    for (let at = 0; at < packed.length; at += marksPerLetter)
      this.#send(peer, { kind: "marks", marks: packed.slice(at, at + marksPerLetter) }, delivery);
  }

  #hearAll(peer: SyncPeer, packed: readonly Uint8Array[]): void {
    for (const bytes of packed) {
      const decoded = decodeMark(bytes);
      if (decoded.ok) this.#hear(peer, decoded.value, 0);
    }
    void this.#fetchAll(peer);
  }

  #hear(peer: SyncPeer, mark: DescriptionMark, tries: number): void {
    const verdict = this.#o.room.judge(mark);
    if (verdict.ok && peer.offered.size < mostOffered) peer.offered.set(mark.token, mark);
    if (verdict.ok) return;
    const isEarly = verdict.code === "DESCRIPTION_TOKEN" || verdict.code === "DESCRIPTION_SOON";
    if (!isEarly || tries >= mostTries || this.#later.size >= mostLater) return;
    this.#later.set(mark.token, { mark, peer: peer.id, tries: tries + 1 });
    this.#againLater();
  }

  #againLater(): void {
    this.#timer ??= this.#o.clock.timer(laterMs, () => this.#hearAgain());
  }

  #hearAgain(): void {
    this.#timer = undefined;
    const { peers } = this.#o;
    const all = [...this.#later.values()];
    this.#later.clear();
    for (const { mark, peer, tries } of all) {
      const known = peers.get(peer);
      if (known !== undefined) this.#hear(known, mark, tries);
    }
    for (const peer of peers.all) void this.#fetchAll(peer);
  }

  /** What this peer offered, so many at a time and no faster than it answers: the rest in a while. */
  async #fetchAll(peer: SyncPeer): Promise<void> {
    const { clock, court, peers } = this.#o;
    const isHeard = () => peers.get(peer.id) === peer && !court.isBanned(peer.id) && !this.#ending.signal.aborted;
    if (peer.isOffering) return;
    peer.isOffering = true;
    while (isHeard() && peer.offered.size > 0) {
      const tokens = this.#next(peer);
      if (tokens.length === 0 || !peer.allowed.descriptionsAsked.take(1, clock.now())) {
        if (peer.offered.size > 0) this.#againLater();
        break;
      }
      for (const token of tokens) peer.offered.delete(token);
      await this.#fetch(peer, tokens);
    }
    peer.isOffering = false;
  }

  /** What came from elsewhere meanwhile is wanted no more; what is being asked for elsewhere may be wanted later. */
  #next({ offered }: SyncPeer): readonly Hash[] {
    for (const [token, mark] of offered) if (!this.#o.room.judge(mark).ok) offered.delete(token);
    const free = [...offered.keys()].filter((token) => !this.#asking.has(token));
    return free.slice(0, descriptionsPerRequest);
  }

  async #fetch(peer: SyncPeer, tokens: readonly Hash[]): Promise<void> {
    const { court, lane } = this.#o;
    const { signal } = this.#ending;
    for (const token of tokens) this.#asking.add(token);
    try {
      const question: DescriptionMessage = { kind: "get", tokens: packIds(tokens) };
      const raw = await lane.request(peer.id, question, { ttlMs: syncLimits.bodiesTimeoutMs, signal });
      const answer = descriptionsAnswer.safeParse(raw);
      if (!answer.success) return court.refused(peer.id, refuse("MALFORMED", "descriptions of no known form"));
      if (answer.data.descriptions.length === 0) court.fault(peer.id, "NOT_FOUND", 1);
      for (const bytes of answer.data.descriptions) await this.#take(peer, bytes, tokens);
    } catch (error) {
      court.unanswered(peer.id, error);
    } finally {
      for (const token of tokens) this.#asking.delete(token);
    }
  }

  async #take(peer: SyncPeer, bytes: Uint8Array, asked: readonly Hash[]): Promise<void> {
    const { court, room } = this.#o;
    const decoded = decodeDescription(bytes);
    if (!decoded.ok) return court.refused(peer.id, decoded);
    if (!asked.includes(decoded.value.token))
      return court.refused(peer.id, refuse("MALFORMED", "it was not asked for"));
    const verdict = await room.take(nameDescription(decoded.value), false);
    if (!verdict.ok) court.refused(peer.id, verdict);
  }

  /** To one without the channel nothing is said again. */
  #send(peer: SyncPeer, message: DescriptionMessage, delivery: Delivery): void {
    const { court, lane } = this.#o;
    const { signal } = this.#ending;
    if (peer.isDeaf || peer.isBlind || court.isBanned(peer.id)) return;
    lane.send(peer.id, message, { delivery, ttlMs: syncLimits.bodiesTimeoutMs, signal }).catch((error) => {
      if (codeOf(error, "") === "CHANNEL_UNKNOWN") peer.isBlind = true;
    });
  }
}
