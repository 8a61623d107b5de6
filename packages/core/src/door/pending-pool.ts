import type { Random } from "../ports/clock.ts";

/**
 * Inbound connections that have not proven who they are. From half full on, an arrival takes the place of a random one,
 * ever more surely (as OpenSSH's MaxStartups drops early): of the origin that has the most, and of its older half. So a crowd
 * that never finishes gives way, and who has just come has time to finish.
 */
export class PendingPool<Entry> {
  readonly #most: number;
  readonly #random: Random;
  readonly #entries = new Map<Entry, string>();

  constructor(most: number, random: Random) {
    this.#most = most;
    this.#random = random;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Takes an arrival. Gives the one that must go for it. */
  add(entry: Entry, origin: string): Entry | undefined {
    const half = this.#most / 2;
    const chance = (this.#entries.size - half) / half;
    const victim = chance > 0 && this.#random.float() < chance ? this.#pick() : undefined;
    if (victim !== undefined) this.#entries.delete(victim);
    this.#entries.set(entry, origin);
    return victim;
  }

  entries(): Entry[] {
    return [...this.#entries.keys()];
  }

  delete(entry: Entry): void {
    this.#entries.delete(entry);
  }

  #pick(): Entry | undefined {
    const counts = new Map<string, number>();
    for (const origin of this.#entries.values()) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const crowd = [...this.#entries].filter(([, origin]) => counts.get(origin) === most);
    return crowd[Math.floor((this.#random.float() * crowd.length) / 2)]?.[0];
  }
}
