import { type Clock, type EventBus, isPeerId, type Moment, RowKeeper, type Store } from "@swarm-space/core";
import { namespaces } from "../store/chain-namespaces.ts";
import type { Ban, PeerScores } from "./peer-scores.ts";

export type BanKeeper = Pick<RowKeeper<Ban>, "start" | "stop">;

/** Bans that outlive the process: the latest. */
const mostKeptBans = 1_024;

/**
 * Carries over restarts who sent what no honest node does, for what is left of its ban. Where the store keeps nothing, nothing
 * is. A crash forgets the bans of the last 30 s at most; who comes again then is banned again by the first thing that it sends.
 */
export function banKeeper(
  scores: PeerScores,
  { store, clock, events }: { readonly store: Store; readonly clock: Clock; readonly events: EventBus },
): BanKeeper {
  if (!store.durable) return { start: async () => {}, stop: async () => {} };
  return new RowKeeper<Ban>({
    ...{ store, clock, events },
    namespace: namespaces.bans,
    rows: () => scores.proven(clock.now()).map((ban) => [ban.peer, ban]),
    restore: (ban) => scores.restore(ban, clock.now()),
    encode: encodeBan,
    decode: decodeBan,
    at: ({ until }) => until - scores.banMs,
    isOther: (stored, ban) => stored.until !== ban.until,
    keptMs: scores.banMs,
    mostRows: mostKeptBans,
  });
}

/** Unix ms of its end, as decimal digits. */
export function encodeBan({ until }: Ban, { now, wall }: Moment): Uint8Array {
  return new TextEncoder().encode(String(Math.round(wall + until - now)));
}

/** Undefined: these bytes are none. */
export function decodeBan(peer: string, bytes: Uint8Array, { now, wall }: Moment): Ban | undefined {
  const text = new TextDecoder().decode(bytes);
  return isPeerId(peer) && /^[0-9]{1,15}$/.test(text) ? { peer, until: now + Number(text) - wall } : undefined;
}
