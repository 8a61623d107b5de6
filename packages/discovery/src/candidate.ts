import { type Address, type PeerId, type Target, targetKey } from "@swarm-space/core";
import { publicRange } from "./address-range.ts";
import type { Tally } from "./peer-score.ts";

/** Somebody who may be dialled. */
export interface Candidate {
  /** The peer's id; of one who is not known by name its address. */
  readonly key: string;
  readonly peer: PeerId | undefined;
  /** The newest last. */
  readonly addresses: readonly Address[];
  /** The public range that it is counted in; undefined: none of its addresses tells. */
  readonly range: string | undefined;
  /** Who told of it. */
  readonly sources: readonly string[];
  /** 0 to 1, drawn when it was first heard of: else all who hear of the same strangers in the same order would dial the same ones. */
  readonly draw: number;
  /** Monotonic ms of the last sighting. */
  readonly seenAt: number;
  /** Dials in a row that failed. */
  readonly failures: number;
  /** Undefined: it was never reached. */
  readonly tally: Tally | undefined;
  /** Monotonic ms of the success, and of the failure, that was counted last. */
  readonly creditedAt: number;
  readonly blamedAt: number;
}

const maxAddresses = 8;
const maxSources = 4;

/** What a sighting says of somebody new. Undefined: nobody could be named by it. */
export function candidateOf(
  sighting: Target & { readonly source: string },
  now: number,
  draw: number,
): Candidate | undefined {
  const { peer, addresses, source } = sighting;
  const key = targetKey(sighting);
  if (key === undefined) return undefined;
  const nobody: Candidate = {
    key,
    peer,
    addresses: [],
    range: undefined,
    sources: [],
    draw,
    seenAt: now,
    failures: 0,
    tally: undefined,
    creditedAt: Number.NEGATIVE_INFINITY,
    blamedAt: Number.NEGATIVE_INFINITY,
  };
  return sightedAgain(nobody, { addresses, source }, now);
}

/**
 * With what another sighting adds. Of public ranges it keeps to the first: else one that claims many would be counted in none,
 * and one that names a neighbour's would take the neighbour's place.
 */
export function sightedAgain(
  candidate: Candidate,
  { addresses, source }: { readonly addresses: readonly Address[]; readonly source: string },
  now: number,
): Candidate {
  const all = new Map([...candidate.addresses, ...addresses].map((each) => [nameOf(each), each]));
  const range = rangeOfAll([...all.values()]);
  const own = [...all.values()].filter((each) => [undefined, range].includes(publicRange(each)));
  const sources = candidate.sources.includes(source) ? candidate.sources : [...candidate.sources, source];
  return {
    ...candidate,
    addresses: own.slice(-maxAddresses),
    range,
    sources: sources.slice(0, maxSources),
    seenAt: now,
  };
}

function rangeOfAll(addresses: readonly Address[]): string | undefined {
  for (const address of addresses) {
    const range = publicRange(address);
    if (range !== undefined) return range;
  }
  return undefined;
}

export function targetOf({ peer, addresses }: Candidate): Target {
  return peer === undefined ? { addresses } : { peer, addresses };
}

function nameOf(address: Address): string {
  return targetKey({ addresses: [address] }) ?? "";
}
