/** What decides whether somebody finds a seat. */
export interface Guest {
  readonly key: string;
  readonly sources: readonly string[];
  readonly range: string | undefined;
}

export interface SeatRules {
  readonly seats: number;
  /** Seats of one source. */
  readonly perSource: number;
}

/** Gives seats to those who come, in their order, while no source and no range has more than its part. Lives for one seating. */
export class Seats {
  readonly #rules: SeatRules;
  readonly #taken = new Set<string>();
  readonly #bySource = new Map<string, number>();
  readonly #byRange = new Map<string, number>();

  constructor(rules: SeatRules) {
    this.#rules = rules;
  }

  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  /**
   * Seats one, at the cost of the source that has fewest of those who told of it.
   * @param perRange most seats of its range
   * @returns whether it sits, also from before
   */
  offer({ key, sources, range }: Guest, perRange: number): boolean {
    if (this.#taken.has(key)) return true;
    if (this.#taken.size >= this.#rules.seats) return false;
    const inRange = range === undefined ? 0 : (this.#byRange.get(range) ?? 0);
    if (range !== undefined && inRange >= perRange) return false;
    const count = (source: string) => this.#bySource.get(source) ?? 0;
    const source = [...sources].sort((a, b) => count(a) - count(b))[0] ?? "";
    if (count(source) >= this.#rules.perSource) return false;
    this.#taken.add(key);
    this.#bySource.set(source, count(source) + 1);
    if (range !== undefined) this.#byRange.set(range, inRange + 1);
    return true;
  }
}
