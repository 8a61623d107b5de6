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

  /** True where this made the measure full. */
  chargeRefusal(peer: PeerId, refusal: Refusal, now: number): boolean {
    return refusal.class === "invalid" && this.charge(peer, refusal.score, now);
  }

  charge(peer: PeerId, score: number, now: number): boolean {
    if (score <= 0) return false;
    const points = this.points(peer, now) + score;
    const wasBanned = this.isBanned(peer, now);
    const isBanned = wasBanned || points >= this.#rules.banScore;
    const bannedUntil = isBanned ? now + this.#rules.banMs : 0;
    this.#standings.delete(peer);
    this.#standings.set(peer, { points, at: now, bannedUntil });
    for (const oldest of this.#standings.keys()) {
      if (this.#standings.size <= mostScored) break;
      this.#standings.delete(oldest);
    }
    return isBanned && !wasBanned;
  }
}
