import type { RefusalReason } from "./finder.ts";

/** An IPv4 address and a port at which somebody may be. */
export interface Candidate {
  readonly host: string;
  readonly port: number;
  /** Under which it was told. */
  readonly infoHash: string;
}

export interface CandidateRules {
  readonly most: number;
  readonly mostPerHost: number;
  readonly mostPerRange: number;
  /** Undefined: its range says nothing of who is behind it, as loopback's. */
  rangeOf(host: string): string | undefined;
}

/** As `PROMISES` of the project say: a few of each range, so that who owns a range does not own the list. */
export const candidateRules: Omit<CandidateRules, "rangeOf"> = { most: 256, mostPerHost: 4, mostPerRange: 8 };

interface Entry extends Candidate {
  /** Monotonic ms; it is not dialled before. */
  readonly notBefore: number;
  readonly isDialling: boolean;
  /** Dials in a row that led to nobody. */
  readonly failures: number;
}

/** Somebody was there: asked again calmly, or sooner where someone new looks. */
const metAgainMs = 60_000;
/** Nobody was there: 10, 20, 40 … s, at most 10 min. */
const silentBaseMs = 10_000;
const silentMostMs = 600_000;

/** Addresses that the DHT told, and what became of each. Time and chance are handed in. */
export class Candidates {
  readonly #rules: CandidateRules;
  readonly #entries = new Map<string, Entry>();

  constructor(rules: CandidateRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Notes one. Undefined: it is noted, or was. */
  note({ host, port, infoHash }: Candidate, now: number): RefusalReason | undefined {
    const key = `${host}:${port}`;
    if (this.#entries.has(key)) return undefined;
    const { most, mostPerHost, mostPerRange, rangeOf } = this.#rules;
    const range = rangeOf(host);
    if (range !== undefined) {
      let ofHost = 0;
      let ofRange = 0;
      for (const other of this.#entries.values()) {
        if (other.host === host) ofHost += 1;
        if (rangeOf(other.host) === range) ofRange += 1;
      }
      if (ofHost >= mostPerHost || ofRange >= mostPerRange) return "too many";
    }
    if (this.#entries.size >= most && !this.#dropSilent()) return "too many";
    this.#entries.set(key, { host, port, infoHash, notBefore: now, isDialling: false, failures: 0 });
    return undefined;
  }

  /** One that is due, marked as being dialled. @param chance in [0, 1): a flood of false ones keeps no honest one waiting for ever */
  take(now: number, chance: number): Candidate | undefined {
    const due = [...this.#entries].filter(([, { isDialling, notBefore }]) => !isDialling && notBefore <= now);
    const [key, entry] = due[Math.floor(chance * due.length)] ?? [];
    if (key === undefined || entry === undefined) return undefined;
    this.#entries.set(key, { ...entry, isDialling: true });
    return entry;
  }

  /** How a dial ended. */
  settle({ host, port }: Candidate, wasMet: boolean, now: number): void {
    const key = `${host}:${port}`;
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const failures = wasMet ? 0 : entry.failures + 1;
    const waitMs = wasMet ? metAgainMs : Math.min(silentBaseMs * 2 ** (failures - 1), silentMostMs);
    this.#entries.set(key, { ...entry, failures, isDialling: false, notBefore: now + waitMs });
  }

  /** It is never called again, as this node's own address. */
  forget({ host, port }: Candidate): void {
    const key = `${host}:${port}`;
    const entry = this.#entries.get(key);
    if (entry)
      this.#entries.set(key, { ...entry, isDialling: false, failures: 0, notBefore: Number.POSITIVE_INFINITY });
  }

  /** Someone new looks: those where somebody was are dialled again. */
  refresh(now: number): void {
    for (const [key, entry] of this.#entries)
      if (entry.failures === 0 && Number.isFinite(entry.notBefore))
        this.#entries.set(key, { ...entry, notBefore: now });
  }

  #dropSilent(): boolean {
    for (const [key, { failures, isDialling }] of this.#entries)
      if (failures > 0 && !isDialling) return this.#entries.delete(key);
    return false;
  }
}
