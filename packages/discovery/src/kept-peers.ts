import { type Address, isPeerId, type Moment } from "@swarm-space/core";
import { type Candidate, sightedAgain } from "./candidate.ts";
import type { Tally } from "./peer-score.ts";

export type KnownCandidate = Candidate & { readonly tally: Tally };

const maxRowBytes = 65_536;
const maxSourceLength = 64;

/** `{ g, b, t, a, s }` as JSON: successes, failures, wall ms of the last of them, addresses, sources. */
export function encodeKnown({ tally, addresses, sources }: KnownCandidate, { now, wall }: Moment): Uint8Array {
  const row = {
    g: tally.good,
    b: tally.bad,
    t: Math.round(wall - (now - tally.at)),
    a: addresses.map(({ transport, value, rendezvous }) => [transport, value, rendezvous ?? null]),
    s: sources,
  };
  return new TextEncoder().encode(JSON.stringify(row));
}

/**
 * What a row says now: a tally goes on fading while its node is away. A wall clock that was set back makes nothing younger than just now.
 * Undefined: not a row.
 */
export function decodeKnown(key: string, bytes: Uint8Array, { now, wall }: Moment): KnownCandidate | undefined {
  const row = parse(bytes);
  if (!isPeerId(key) || typeof row !== "object" || row === null) return undefined;
  const { g, b, t, a, s }: Partial<Record<"g" | "b" | "t" | "a" | "s", unknown>> = row;
  if (!isCount(g) || !isCount(b) || !(g > 0) || typeof t !== "number" || !Number.isFinite(t)) return undefined;
  const at = now - Math.max(0, wall - t);
  const addresses = Array.isArray(a) ? a.flatMap(readAddress) : [];
  const names = (Array.isArray(s) ? s : []).filter((each): each is string => typeof each === "string");
  const [first = "kept", ...others] = names.filter(({ length }) => length > 0 && length <= maxSourceLength);
  const tally = { good: g, bad: b, at };
  const bare = {
    key,
    peer: key,
    addresses: [],
    range: undefined,
    sources: [],
    draw: 0,
    seenAt: at,
    failures: 0,
    tally,
    creditedAt: at,
    blamedAt: at,
  };
  return others.reduce<KnownCandidate>(
    (known, source) => ({ ...sightedAgain(known, { addresses: [], source }, at), tally }),
    { ...sightedAgain(bare, { addresses, source: first }, at), tally },
  );
}

/** That it was sighted once more is no reason to write it. */
export function isOtherKnown(stored: KnownCandidate, row: KnownCandidate): boolean {
  return stored.tally !== row.tally || stored.addresses.length !== row.addresses.length;
}

function readAddress(row: unknown): Address[] {
  const [transport, value, rendezvous] = Array.isArray(row) ? row : [];
  if (typeof transport !== "string" || typeof value !== "string" || transport === "" || value === "") return [];
  return [typeof rendezvous === "string" ? { transport, value, rendezvous } : { transport, value }];
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.length > maxRowBytes) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
