import type { Moment, PeerId, TransportId } from "@swarm-space/core";
import { isPeerId } from "@swarm-space/core";
import type { Score } from "./reliability.ts";

/** What was learnt of transports, towards one peer or in general. */
export interface Learnt {
  /** Undefined: of the transports themselves. */
  readonly peer: PeerId | undefined;
  readonly scores: readonly (readonly [TransportId, Score])[];
}

/** Transports of one row; more are not read. */
const maxScores = 64;
const maxTransportLength = 64;
const transportsKey = "transports";
const peerPrefix = "peer/";

export function keyOf(peer: PeerId | undefined): string {
  return peer === undefined ? transportsKey : `${peerPrefix}${peer}`;
}

/** When a row was last learnt of, on the monotonic clock. */
export function lastAt({ scores }: Learnt): number {
  return scores.reduce((last, [, { at }]) => Math.max(last, at), Number.NEGATIVE_INFINITY);
}

/** `[[transport, value, wall ms of the last outcome], …]` as JSON. */
export function encodeLearnt({ scores }: Learnt, { now, wall }: Moment): Uint8Array {
  const rows = scores.map(([transport, { value, at }]) => [transport, value, Math.round(wall - (now - at))]);
  return new TextEncoder().encode(JSON.stringify(rows));
}

/**
 * What a row says now: a score goes on fading while its node is away. A wall clock that was set back makes no score younger than
 * just now. Undefined: not a row.
 */
export function decodeLearnt(key: string, bytes: Uint8Array, { now, wall }: Moment): Learnt | undefined {
  const peer = key === transportsKey ? undefined : key.slice(peerPrefix.length);
  if (peer !== undefined && (!key.startsWith(peerPrefix) || !isPeerId(peer))) return undefined;
  const rows = parse(bytes);
  if (!Array.isArray(rows)) return undefined;
  const scores = rows.slice(0, maxScores).flatMap((row: unknown): (readonly [TransportId, Score])[] => {
    const [transport, value, writtenAt] = Array.isArray(row) ? row : [];
    const isName = typeof transport === "string" && transport.length > 0 && transport.length <= maxTransportLength;
    if (!isName || typeof value !== "number" || !(value >= 0 && value <= 1)) return [];
    if (typeof writtenAt !== "number" || !Number.isFinite(writtenAt)) return [];
    return [[transport, { value, at: now - Math.max(0, wall - writtenAt) }]];
  });
  return scores.length > 0 ? { peer, scores } : undefined;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
