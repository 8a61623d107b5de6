import type { Address, PeerId, Random, Sighting, TransportId } from "@swarm-space/core";
import { addressKey } from "@swarm-space/core";
import { setBounded } from "@swarm-space/core/medium";
import { type Candidate, candidateOf, sightedAgain } from "./candidate.ts";
import type { DiscoverySettings } from "./discovery-config.ts";
import { counted, scoreOf, type Tally } from "./peer-score.ts";
import type { Safeguards } from "./safeguards.ts";

export interface CandidateBookParts {
  readonly settings: DiscoverySettings;
  readonly safeguards: Safeguards;
  readonly random: Random;
}

export interface Failure {
  /** The transport whose address led to somebody else. */
  readonly wrong: TransportId | undefined;
  /** False: the fault may be this node's own, and the score stands. */
  readonly isBlamed: boolean;
}

/** Sources are few; what a stranger of any of them costs is bounded all the same. */
const maxStrangers = 3_200;

/**
 * Who was heard of. Those who were reached once stand apart from strangers, so that no crowd of strangers drives them out.
 * Times are monotonic ms, handed in.
 */
export class CandidateBook {
  readonly #settings: DiscoverySettings;
  readonly #safeguards: Safeguards;
  readonly #random: Random;
  readonly #known = new Map<string, Candidate>();
  readonly #strangers = new Map<string, Candidate>();
  /** Whose an address proved to be that had no name. */
  readonly #owners = new Map<string, PeerId>();

  constructor({ settings, safeguards, random }: CandidateBookParts) {
    this.#settings = settings;
    this.#safeguards = safeguards;
    this.#random = random;
  }

  /** Those who were reached once. */
  get known(): readonly Candidate[] {
    return [...this.#known.values()];
  }

  get strangers(): readonly Candidate[] {
    return [...this.#strangers.values()];
  }

  get(key: string): Candidate | undefined {
    return this.#known.get(key) ?? this.#strangers.get(key);
  }

  score({ tally }: Candidate, now: number): number {
    const halfLifeMs = this.#halfLifeMs();
    if (this.#safeguards.confidence) return scoreOf(tally, now, halfLifeMs);
    return tally === undefined ? 0 : tally.good / (tally.good + tally.bad);
  }

  /** Notes a sighting. False: its source has no place for one more. */
  note(sighting: Sighting, now: number): boolean {
    const fresh = candidateOf(this.#named(sighting), now, this.#random.float());
    if (fresh === undefined) return false;
    const before = this.get(fresh.key);
    if (before === undefined) return this.#welcome(fresh, sighting.source);
    const after = sightedAgain(before, sighting, now);
    if (this.#known.has(before.key)) this.#known.set(before.key, after);
    else {
      this.#strangers.set(before.key, after);
      if (!before.sources.includes(sighting.source)) this.#makeRoom(sighting.source);
    }
    return true;
  }

  /** An address that had no name led to this peer. */
  identify(peer: PeerId, address: Address, now: number): void {
    setBounded(this.#owners, addressKey(address), peer, maxStrangers);
    const nameless = this.#strangers.get(addressKey(address));
    if (nameless === undefined) return;
    this.#strangers.delete(nameless.key);
    const before = this.get(peer);
    const [source = "dial"] = nameless.sources;
    const after = sightedAgain(before ?? { ...nameless, key: peer, peer }, { addresses: [address], source }, now);
    (this.#known.has(peer) ? this.#known : this.#strangers).set(peer, after);
  }

  /** It was reached, or has stayed connected. */
  reached(key: string, now: number): void {
    const before = this.get(key);
    if (before === undefined) return;
    const isDue = now - before.creditedAt >= this.#settings.creditMs || !this.#safeguards.creditPace;
    const tally = isDue ? counted(before.tally, true, now, this.#halfLifeMs()) : before.tally;
    const creditedAt = isDue ? now : before.creditedAt;
    this.#strangers.delete(key);
    this.#known.set(key, { ...before, failures: 0, tally, creditedAt });
    if (this.#known.size > this.#settings.knownPeers) this.#dropLeast(now);
  }

  /** A dial failed. */
  failed(key: string, now: number, { wrong, isBlamed }: Failure): void {
    const before = this.get(key);
    if (before === undefined) return;
    const addresses = before.addresses.filter(({ transport }) => transport !== wrong);
    for (const address of before.addresses) if (address.transport === wrong) this.#vacate(before, address, now);
    const after = { ...before, addresses, failures: before.failures + 1 };
    if (before.tally === undefined) return void this.#strangers.set(key, after);
    const isDue = isBlamed && (now - before.blamedAt >= this.#settings.creditMs || !this.#safeguards.creditPace);
    if (!isDue) return void this.#known.set(key, after);
    this.#known.set(key, { ...after, blamedAt: now, tally: counted(before.tally, false, now, this.#halfLifeMs()) });
  }

  /** What an earlier run had kept. */
  restore(candidate: Candidate & { readonly tally: Tally }, now: number): void {
    if (this.#known.has(candidate.key)) return;
    this.#known.set(candidate.key, candidate);
    if (this.#known.size > this.#settings.knownPeers) this.#dropLeast(now);
  }

  /** A sighting that names nobody is of whoever proved to be at its address: no reason to dial it anew. */
  #named(sighting: Sighting): Sighting {
    const [first] = sighting.addresses;
    const owner = sighting.peer ?? (first && this.#owners.get(addressKey(first)));
    return owner === undefined ? sighting : { ...sighting, peer: owner };
  }

  /** Another peer is at an address that had proven to be this one's: it has no name again. */
  #vacate({ key, sources: [source = "dial"] }: Candidate, address: Address, now: number): void {
    if (this.#owners.get(addressKey(address)) !== key) return;
    this.#owners.delete(addressKey(address));
    const nameless = candidateOf({ addresses: [address], source }, now, this.#random.float());
    if (nameless !== undefined) this.#welcome(nameless, source);
  }

  #welcome(fresh: Candidate, source: string): boolean {
    this.#strangers.set(fresh.key, fresh);
    this.#makeRoom(source);
    for (const key of this.#strangers.keys()) {
      if (this.#strangers.size <= maxStrangers) break;
      this.#strangers.delete(key);
    }
    return this.#strangers.has(fresh.key);
  }

  /** One of too many goes: of the range that crowds most, who failed before who was not tried, else by chance. */
  #makeRoom(source: string): void {
    if (!this.#safeguards.sourceCap) return;
    const own = this.strangers.filter(({ sources }) => sources.includes(source));
    if (own.length <= this.#settings.candidatesPerSource) return;
    const crowds = Map.groupBy(own, ({ range }) => (this.#safeguards.diversity ? (range ?? "") : ""));
    const crowd = [...crowds.values()].reduce((most, each) => (each.length > most.length ? each : most), []);
    const failed = crowd.filter(({ failures }) => failures > 0);
    const pool = failed.length > 0 ? failed : crowd;
    const victim = pool[Math.floor(this.#random.float() * pool.length)];
    if (victim === undefined) return;
    const sources = victim.sources.filter((each) => each !== source);
    if (sources.length === 0) this.#strangers.delete(victim.key);
    else this.#strangers.set(victim.key, { ...victim, sources });
  }

  #dropLeast(now: number): void {
    const least = this.known.reduce<Candidate | undefined>(
      (low, each) => (low === undefined || this.score(each, now) <= this.score(low, now) ? each : low),
      undefined,
    );
    if (least !== undefined) this.#known.delete(least.key);
  }

  #halfLifeMs(): number {
    return this.#safeguards.fading ? this.#settings.halfLifeMs : Number.POSITIVE_INFINITY;
  }
}
