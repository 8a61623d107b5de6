import type { Clock, Dialer, PeerId, Target } from "@swarm-space/core";
import { type Candidate, targetOf } from "./candidate.ts";
import type { CandidateBook } from "./candidate-book.ts";
import type { DiscoverySettings } from "./discovery-config.ts";
import type { Safeguards } from "./safeguards.ts";
import { countOf, seat } from "./seating.ts";

export interface DialerParts {
  readonly settings: DiscoverySettings;
  readonly safeguards: Safeguards;
  readonly clock: Clock;
  readonly book: CandidateBook;
}

/** The first change is told at once, those that follow so much later, in milliseconds, together. */
const gatherMs = 50;
/** Strangers are waited for so long, in milliseconds, for others that come with them: chance is to choose among all. */
const crowdMs = 20;

/** A seating is as good as new for so long, in milliseconds, where nothing changed. */
const seatingMs = 1_000;

/** Wants those who have a slot. */
export class CandidateDialer implements Dialer {
  /** Peers to which a link stands; kept by who watches them. */
  readonly connected = new Set<PeerId>();
  readonly #parts: DialerParts;
  readonly #listeners = new Set<() => void>();
  #gathering: Disposable | undefined;
  #changed = false;
  /** Who has a slot, by key, since the last seating. It holds until something changes or scores have faded a little. */
  #seats: ReadonlyMap<string, Candidate> = new Map();
  /** Monotonic ms of it. */
  #seatedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: DialerParts) {
    this.#parts = parts;
  }

  wanted(): Target[] {
    return this.#seated().map(targetOf);
  }

  /** Of those who have a slot, how many are connected and count towards `enough`. */
  reached(): number {
    const { settings, safeguards } = this.#parts;
    const linked = this.#seated().filter(({ key }) => this.connected.has(key));
    return countOf(linked, safeguards.diversity, settings);
  }

  onChange(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Somebody was heard of. */
  heard(): void {
    this.#changed = true;
    if (this.#gathering === undefined) this.#gather(this.#parts.safeguards.chance ? crowdMs : 0);
  }

  /** Who is wanted may have changed. */
  changed(): void {
    this.#seatedAt = Number.NEGATIVE_INFINITY;
    if (this.#gathering !== undefined) {
      this.#changed = true;
      return;
    }
    this.#changed = false;
    this.#gather(gatherMs);
    for (const listener of [...this.#listeners]) listener();
  }

  #gather(forMs: number): void {
    this.#gathering = this.#parts.clock.timer(forMs, () => {
      this.#gathering = undefined;
      if (this.#changed) this.changed();
    });
  }

  close(): void {
    this.#gathering?.[Symbol.dispose]();
    this.#gathering = undefined;
  }

  #seated(): readonly Candidate[] {
    const { settings, safeguards, clock, book } = this.#parts;
    const now = clock.now();
    if (now - this.#seatedAt < seatingMs) return [...this.#seats.values()];
    const seated = seat(
      {
        known: book.known,
        strangers: book.strangers,
        isConnected: (key) => this.connected.has(key),
        wasSeated: (key) => safeguards.steadiness && this.#seats.has(key),
        rank: ({ draw, seenAt }) => (safeguards.chance ? draw : -seenAt),
        score: (candidate) => book.score(candidate, now),
        isDiverse: safeguards.diversity,
      },
      settings,
    );
    this.#seats = new Map(seated.map((each) => [each.key, each]));
    this.#seatedAt = now;
    return seated;
  }
}
