import type { TransportId, Way } from "@swarm-space/core";
import type { Score } from "./reliability.ts";

/** What is remembered of one way to a peer. */
export interface WayMemory {
  readonly transport: TransportId;
  readonly road: string;
  readonly rendezvous: string | undefined;
  score: Score | undefined;
  rttMs: number | undefined;
  /** When `rttMs` was last measured. */
  measuredAt: number;
  /** Its last outcome was a failure. */
  failing: boolean;
}

/** What is remembered of one peer. */
export interface PeerMemory {
  /** Per (peer, transport). */
  readonly scores: Map<TransportId, Score>;
  readonly ways: WayMemory[];
  leader: WayMemory | undefined;
  switchedAt: number;
  /** When the second-best may go first. */
  probeAt: number;
}

/** Ways and transports remembered of one peer at most. */
const maxWays = 16;

export function newPeerMemory(probeAt: number): PeerMemory {
  return { scores: new Map(), ways: [], leader: undefined, switchedAt: Number.NEGATIVE_INFINITY, probeAt };
}

/** Finds it, or begins to remember it; the oldest is forgotten beyond the cap. A scan, for a peer has few ways. */
export function wayMemory(peer: PeerMemory, way: Way): WayMemory {
  for (const known of peer.ways) {
    if (known.road === way.road && known.transport === way.transport && known.rendezvous === way.rendezvous)
      return known;
  }
  if (peer.ways.length >= maxWays) peer.ways.shift();
  const made: WayMemory = {
    transport: way.transport,
    road: way.road,
    rendezvous: way.rendezvous,
    score: undefined,
    rttMs: undefined,
    measuredAt: Number.NEGATIVE_INFINITY,
    failing: false,
  };
  peer.ways.push(made);
  return made;
}

/** Sets the score of (peer, transport), within the cap. */
export function rememberScore(peer: PeerMemory, transport: TransportId, score: Score): void {
  if (!peer.scores.has(transport) && peer.scores.size >= maxWays) {
    for (const oldest of peer.scores.keys()) {
      peer.scores.delete(oldest);
      break;
    }
  }
  peer.scores.set(transport, score);
}
