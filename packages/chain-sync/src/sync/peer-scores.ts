import type { PeerId } from "@swarm-space/core";
import type { Refusal } from "../model/verdict.ts";

/** Points at which a peer is banned, and for how long. */
export interface ScoreRules {
  readonly banScore: number;
  readonly banMs: number;
  /** After which points count half. */
  readonly halfLifeMs: number;
}

export const defaultScoreRules: ScoreRules = Object.freeze({
  banScore: 100,
  banMs: 86_400_000,
  halfLifeMs: 600_000,
});

interface Standing {
  readonly points: number;
  readonly at: number;
  readonly bannedUntil: number;
  /** It was banned for what no honest node sends, not for silence or for too much of anything. */
  readonly isProven: boolean;
}

/** That a peer sent what no honest node does. */
export interface Ban {
  readonly peer: PeerId;
  /** Monotonic ms. */
  readonly until: number;
}

/** Most peers that are remembered for what they did; the one least lately charged goes first. */
const mostScored = 10_000;

/**
 * What peers did that only a liar or a flooder does. One score a peer, whatever transport it came by. Pure: time is handed in.
 * What is merely unlike this node's policy, early, homeless, or this node's own trouble never counts.
 */
export class PeerScores {
  readonly #rules: ScoreRules;
  readonly #standings = new Map<PeerId, Standing>();

  constructor(rules: ScoreRules = defaultScoreRules) {
    this.#rules = rules;
  }

  get banMs(): number {
    return this.#rules.banMs;
  }

  /** How many are banned now. */
  banned(now: number): number {
    return [...this.#standings.values()].filter(({ bannedUntil }) => bannedUntil > now).length;
  }

  isBanned(peer: PeerId, now: number): boolean {
    return (this.#standings.get(peer)?.bannedUntil ?? 0) > now;
  }

  points(peer: PeerId, now: number): number {
    const standing = this.#standings.get(peer);
    return standing === undefined ? 0 : standing.points * 0.5 ** ((now - standing.at) / this.#rules.halfLifeMs);
  }

  /** The bans that hold and are for what was proven: of those alone the next run is told. */
  proven(now: number): readonly Ban[] {
    return [...this.#standings].flatMap(([peer, { bannedUntil, isProven }]) =>
      isProven && bannedUntil > now ? [{ peer, until: bannedUntil }] : [],
    );
  }

  /** Of an earlier run. */
  restore({ peer, until }: Ban, now: number): void {
    this.#set(peer, { points: 0, at: now, bannedUntil: Math.min(until, now + this.#rules.banMs), isProven: true });
  }

  /** True where this made the measure full. */
  chargeRefusal(peer: PeerId, refusal: Refusal, now: number): boolean {
    return refusal.class === "invalid" && this.charge(peer, refusal.score, now, true);
  }

  charge(peer: PeerId, score: number, now: number, proves = false): boolean {
    if (score <= 0) return false;
    const points = this.points(peer, now) + score;
    const wasBanned = this.isBanned(peer, now);
    const wasProven = wasBanned && this.#standings.get(peer)?.isProven === true;
    const isBanned = wasBanned || points >= this.#rules.banScore;
    const bannedUntil = isBanned ? now + this.#rules.banMs : 0;
    this.#set(peer, { points, at: now, bannedUntil, isProven: wasProven || (isBanned && proves) });
    return isBanned && !wasBanned;
  }

  #set(peer: PeerId, standing: Standing): void {
    this.#standings.delete(peer);
    this.#standings.set(peer, standing);
    for (const oldest of this.#standings.keys()) {
      if (this.#standings.size <= mostScored) break;
      this.#standings.delete(oldest);
    }
  }
}
