import type { Clock } from "../ports/clock.ts";
import { setBounded } from "./bounded-map.ts";

export interface GraylistOptions {
  readonly clock: Clock;
  /** From this score on a key is refused. */
  readonly threshold: number;
  /** A score halves in this time, in milliseconds. */
  readonly halfLifeMs: number;
  /** Most keys remembered; of those longest unchanged the lightest goes first. */
  readonly most: number;
}

/** A score as it is kept over a restart. */
export interface GraylistEntry {
  readonly key: string;
  readonly score: number;
  /** Wall milliseconds at which the score was this. */
  readonly at: number;
  /** It was refused then. */
  readonly gray?: boolean;
}

interface Standing {
  score: number;
  /** Monotonic ms. */
  at: number;
  gray: boolean;
}

/** No score is over so many thresholds: the longest refusal is five half-lives. */
const mostThresholds = 16;
const maxKeyLength = 300;

/**
 * Misbehaviour by key: scores that this node made itself, never hearsay; they halve with time. A key at its threshold is
 * refused until the score is half of it, so that it does not flap.
 */
export class Graylist {
  readonly #o: GraylistOptions;
  readonly #standings = new Map<string, Standing>();

  constructor(o: GraylistOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#standings.size;
  }

  score(key: string): number {
    return this.#faded(this.#standings.get(key));
  }

  /** Adds to a score. True: this made it gray. */
  add(key: string, weight: number): boolean {
    if (weight <= 0) return false;
    const known = this.#standings.get(key);
    const gray = this.refusedUntil(key) !== undefined;
    const score = Math.min(this.#faded(known) + weight, this.#o.threshold * mostThresholds);
    const standing = { score, at: this.#o.clock.now(), gray: gray || score >= this.#o.threshold };
    setBounded(this.#standings, key, standing, this.#o.most, (each) => this.#faded(each));
    return standing.gray && !gray;
  }

  /** Until when a key is refused, on the monotonic clock. Undefined: it is welcome. */
  refusedUntil(key: string): number | undefined {
    const standing = this.#standings.get(key);
    if (standing === undefined || !standing.gray) return undefined;
    const { threshold, halfLifeMs, clock } = this.#o;
    const until = standing.at + halfLifeMs * Math.log2(standing.score / (threshold / 2));
    if (until > clock.now()) return until;
    standing.gray = false;
    return undefined;
  }

  /** What is worth keeping over a restart, the heaviest first. */
  export(): readonly GraylistEntry[] {
    const at = this.#o.clock.wall();
    return [...this.#standings]
      .map(([key, standing]) => ({ key, score: this.#faded(standing), at, gray: this.refusedUntil(key) !== undefined }))
      .filter(({ score }) => score >= 1)
      .sort((a, b) => b.score - a.score);
  }

  /** Takes what an earlier run kept, faded by the wall time since; adds nothing to what is worse by now. Nonsense is left out. */
  import(entries: readonly GraylistEntry[]): void {
    const { clock, threshold, halfLifeMs, most } = this.#o;
    const wall = clock.wall();
    for (const entry of entries.slice(0, most)) {
      if (!isEntry(entry)) continue;
      const faded = entry.score * 0.5 ** (Math.max(0, wall - entry.at) / halfLifeMs);
      const score = Math.min(faded, threshold * mostThresholds);
      if (score <= this.score(entry.key)) continue;
      const standing = {
        score,
        at: clock.now(),
        gray: score >= threshold / 2 && (entry.gray === true || entry.score >= threshold),
      };
      setBounded(this.#standings, entry.key, standing, most, (each) => this.#faded(each));
    }
  }

  #faded(standing: Standing | undefined): number {
    if (standing === undefined) return 0;
    return standing.score * 0.5 ** (Math.max(0, this.#o.clock.now() - standing.at) / this.#o.halfLifeMs);
  }
}

function isEntry(entry: unknown): entry is GraylistEntry {
  if (typeof entry !== "object" || entry === null) return false;
  const { key, score, at } = entry as Partial<Record<keyof GraylistEntry, unknown>>;
  return (
    typeof key === "string" &&
    key.length > 0 &&
    key.length <= maxKeyLength &&
    typeof score === "number" &&
    Number.isFinite(score) &&
    score > 0 &&
    typeof at === "number" &&
    Number.isFinite(at)
  );
}
