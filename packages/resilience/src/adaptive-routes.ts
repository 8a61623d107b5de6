import type { Clock, Outcome, PeerId, Random, RoutePolicy, TransportId, Way } from "@swarm-space/core";
import { BoundedMap } from "./bounded-map.ts";
import type { Learnt } from "./kept-scores.ts";
import { faded, isGood, moved, rttWeight, type Score, smoothedRtt } from "./reliability.ts";
import type { ResilienceSettings } from "./resilience-config.ts";
import { seedReliability } from "./resilience-config.ts";
import { newPeerMemory, type PeerMemory, rememberScore, type WayMemory, wayMemory } from "./route-memory.ts";
import type { Safeguards } from "./safeguards.ts";
import { wayCost } from "./way-cost.ts";

export interface RoutesParts {
  readonly settings: ResilienceSettings;
  readonly safeguards: Safeguards;
  readonly clock: Clock;
  readonly random: Random;
}

/** Transports come from plugins, so they are few; the cap is there all the same. */
const maxTransports = 64;
/** A way that never works is still probed at this share of the rate. */
const leastProbeShare = 0.25;
/** The failure of a peer that always fails still tells this share of the transport. */
const leastNews = 0.25;

interface Candidate {
  readonly way: Way;
  readonly memory: WayMemory;
  readonly cost: number;
}

/**
 * Orders ways by expected cost and learns from outcomes. Three scores, each fading to the one above:
 * way → (peer, transport) → transport → the configured prior.
 */
export class AdaptiveRoutes implements RoutePolicy {
  readonly #parts: RoutesParts;
  readonly #priors: ReadonlyMap<TransportId, number>;
  readonly #transports: BoundedMap<Score>;
  readonly #peers: BoundedMap<PeerMemory>;

  constructor(parts: RoutesParts) {
    this.#parts = parts;
    this.#priors = new Map([...Object.entries(seedReliability), ...Object.entries(parts.settings.reliability)]);
    this.#transports = new BoundedMap(maxTransports, 1);
    this.#peers = new BoundedMap(parts.safeguards.caps ? parts.settings.maxScoredPeers : Number.POSITIVE_INFINITY, 1);
  }

  /** Peers remembered now. */
  get size(): number {
    return this.#peers.size;
  }

  score(id: TransportId): number {
    return this.#transportScore(id, this.#parts.clock.now());
  }

  /** Reliability of a transport towards one peer, 0 to 1. */
  peerScore(peer: PeerId, id: TransportId): number {
    const now = this.#parts.clock.now();
    return this.#pairScore(this.#peers.get(peer), id, now);
  }

  rank(ways: readonly Way[], peer: PeerId): readonly Way[] {
    if (ways.length < 2) return ways;
    const now = this.#parts.clock.now();
    const memory = this.#ensure(peer, now);
    const order = this.#order(ways, memory, now);
    this.#lead(memory, order, now);
    this.#probeLoser(memory, order, now);
    return order.map((candidate) => candidate.way);
  }

  record(outcome: Outcome): void {
    if (outcome.kind === "measured") return this.#measured(outcome);
    const good = outcome.kind === "connected" && !this.#parts.safeguards.onlyLettersRaise ? true : isGood(outcome.kind);
    if (good === undefined) return;
    const { way } = outcome;
    const { learningRate } = this.#parts.settings;
    const now = this.#parts.clock.now();
    const peer = this.#ensure(way.peer, now);
    const memory = wayMemory(peer, way);
    const transport = this.#transportScore(way.transport, now);
    const pair = this.#pairScore(peer, way.transport, now);
    const own = faded(memory.score, pair, now, this.#fade());
    // What is nearer to the outcome learns faster: a dead road must fall behind its sibling. And a peer that fails again and
    // again tells less and less of the transport: a dead peer must not drag it down.
    const news = good || !peer.scores.has(way.transport) ? 1 : Math.max(leastNews, pair ** 2);
    this.#transports.put(way.transport, { value: moved(transport, good, (learningRate / 4) * news), at: now });
    rememberScore(peer, way.transport, { value: moved(pair, good, learningRate / 2), at: now });
    memory.score = { value: moved(own, good, learningRate), at: now };
    memory.failing = !good;
    if (good) this.#noteRtt(memory, outcome, now);
  }

  /**
   * A ping came back: the way is there, and so far. It proves the way itself as long as no letter failed on it; the transport, and
   * a way that lets pings pass and no letters, it does not.
   */
  #measured(outcome: Outcome): void {
    const { clock, settings } = this.#parts;
    const now = clock.now();
    const peer = this.#ensure(outcome.way.peer, now);
    const memory = wayMemory(peer, outcome.way);
    this.#noteRtt(memory, outcome, now);
    if (memory.failing) return;
    memory.score = { value: moved(this.#wayScore(memory, peer, now), true, settings.learningRate), at: now };
  }

  #noteRtt(memory: WayMemory, { kind, rttMs }: Outcome, now: number): void {
    if (!this.#parts.safeguards.measuredRtt || rttMs === undefined || !Number.isFinite(rttMs) || rttMs < 0) return;
    const weight = kind === "measured" ? rttWeight.ping : rttWeight.letter;
    memory.rttMs = smoothedRtt(memory.rttMs, rttMs, weight, now - memory.measuredAt);
    memory.measuredAt = now;
  }

  /** What was learnt of transports, and towards each peer. */
  *learnt(): Iterable<Learnt> {
    yield { peer: undefined, scores: [...this.#transports.entries()] };
    for (const [peer, { scores }] of this.#peers.entries()) if (scores.size > 0) yield { peer, scores: [...scores] };
  }

  /** Takes up what an earlier run learnt. What is known already stays. */
  restore({ peer, scores }: Learnt): void {
    if (peer === undefined) {
      for (const [id, score] of scores) if (this.#transports.get(id) === undefined) this.#transports.put(id, score);
      return;
    }
    const memory = this.#ensure(peer, this.#parts.clock.now());
    for (const [id, score] of scores) if (!memory.scores.has(id)) rememberScore(memory, id, score);
  }

  /** Cheapest first. Sorted by insertion: ways are few and mostly in order. */
  #order(ways: readonly Way[], peer: PeerMemory, now: number): Candidate[] {
    const order: Candidate[] = [];
    for (const way of ways) {
      const memory = wayMemory(peer, way);
      const reliability = this.#wayScore(memory, peer, now);
      const candidate = { way, memory, cost: wayCost(way, reliability, memory.rttMs, this.#parts.settings) };
      let place = order.length;
      while (place > 0 && (order[place - 1]?.cost ?? 0) > candidate.cost) place--;
      order.splice(place, 0, candidate);
    }
    return order;
  }

  /** Keeps the leading way in front unless another is clearly better. */
  #lead(peer: PeerMemory, order: Candidate[], now: number): void {
    const best = order[0];
    const place = order.findIndex((candidate) => candidate.memory === peer.leader);
    const leader = order[place];
    if (best === undefined || best === leader) return;
    if (leader === undefined || this.#replaces(best, leader, peer, now)) {
      if (leader !== undefined) peer.switchedAt = now;
      peer.leader = best.memory;
      return;
    }
    order.splice(place, 1);
    order.unshift(leader);
  }

  #replaces(best: Candidate, leader: Candidate, peer: PeerMemory, now: number): boolean {
    const { settings, safeguards } = this.#parts;
    if (!safeguards.hysteresis || leader.memory.failing || (best.way.connected && !leader.way.connected)) return true;
    const leastGain = Math.max(settings.stickinessMs, leader.cost * settings.hysteresis);
    return now - peer.switchedAt >= settings.minSwitchMs && best.cost < leader.cost - leastGain;
  }

  /**
   * Every so often the second-best connected way goes first, for what is never used is never learnt. Not one that answers pings and
   * has not failed: it is known.
   */
  #probeLoser(peer: PeerMemory, order: Candidate[], now: number): void {
    const { loserProbeMs } = this.#parts.settings;
    if (loserProbeMs === 0 || now < peer.probeAt) return;
    const place = order.findIndex((candidate, index) => index > 0 && candidate.way.connected);
    const loser = order[place];
    if (loser === undefined) return;
    if (!loser.memory.failing && now - loser.memory.measuredAt < loserProbeMs) return;
    const share = Math.max(leastProbeShare, this.#wayScore(loser.memory, peer, now));
    peer.probeAt = now + this.#probeWait() / share;
    order.splice(place, 1);
    order.unshift(loser);
  }

  #probeWait(): number {
    return this.#parts.settings.loserProbeMs * (0.5 + this.#parts.random.float());
  }

  #ensure(peer: PeerId, now: number): PeerMemory {
    const found = this.#peers.get(peer);
    if (found !== undefined) return found;
    const made = newPeerMemory(now + this.#probeWait());
    this.#peers.put(peer, made);
    return made;
  }

  #transportScore(id: TransportId, now: number): number {
    const prior = this.#priors.get(id) ?? this.#parts.settings.unknownReliability;
    return faded(this.#transports.get(id), prior, now, this.#fade());
  }

  #pairScore(peer: PeerMemory | undefined, id: TransportId, now: number): number {
    return faded(peer?.scores.get(id), this.#transportScore(id, now), now, this.#fade());
  }

  #wayScore(memory: WayMemory, peer: PeerMemory, now: number): number {
    return faded(memory.score, this.#pairScore(peer, memory.transport, now), now, this.#fade());
  }

  #fade(): { scoreHoldMs: number; scoreHalfLifeMs: number } {
    const { settings, safeguards } = this.#parts;
    return safeguards.scoreHold ? settings : { scoreHoldMs: 0, scoreHalfLifeMs: settings.scoreHalfLifeMs };
  }
}
