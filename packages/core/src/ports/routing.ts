import type { PeerId } from "./identity.ts";
import type { RoadCapabilities, RoadId, Target, TransportId } from "./transport.ts";

/** One way to one peer. `peer` is its id, or "transport:address" while the id is unknown. */
export interface Way {
  readonly peer: PeerId;
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly rendezvous?: string;
  /** Known of a way that is connected; of others where their transport tells beforehand. */
  readonly capabilities?: RoadCapabilities;
  /** A connection stands on this way now. */
  readonly connected: boolean;
}

/**
 * What became of using a way.
 * - `connected`: dialled and the handshake is done.
 * - `inbound`: the peer reached us on this way. Proves it without an attempt of ours.
 * - `accepted`: the peer took letters; `rttMs` where a clean round trip was measured.
 * - `measured`: a ping came back on a standing connection after `rttMs`. Says nothing of letters.
 * - `refused`: a dial or handshake failed.
 * - `silent`: letters are out for longer than their retransmission time.
 * - `lost`: the connection died with letters out.
 * - `absent`: nobody there. No failure of the way.
 * - `unavailable`: the rendezvous is away. Charges (transport, rendezvous), never the peer.
 * - `cancelled`: we gave the attempt up. No verdict: a permit is given back.
 */
export type OutcomeKind =
  | "connected"
  | "inbound"
  | "accepted"
  | "measured"
  | "refused"
  | "silent"
  | "lost"
  | "absent"
  | "unavailable"
  | "cancelled";

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly way: Way;
  /** Milliseconds, with `accepted` and `measured`. */
  readonly rttMs?: number;
  /** With `refused`: the handshake was well, and the link ended behind it. So another handshake alone is no proof that the way is well. */
  readonly behindHandshake?: boolean;
  /** The permit the attempt was made under, where one was asked for. */
  readonly permit?: Permit;
}

/** Leave to try a way. It ends by an outcome that names it, or by `release`. */
export interface Permit {
  /** Gives it back without a verdict. Twice is harmless. */
  release(): void;
}

/** No leave: ask again at `retryAt` (monotonic ms of the kernel clock). */
export interface Refusal {
  readonly retryAt: number;
  /** For `explain`: "backoff", "breaker open", "probe limit". */
  readonly reason: string;
}

/**
 * Decides whether a way may be tried. Synchronous. Asked at each dial and when a silent way is probed,
 * not per letter: letters flow over an admitted way.
 */
export interface Guard {
  admit(way: Way): Permit | Refusal;
  record(outcome: Outcome): void;
  /** What `admit` would refuse with now, without taking a permit. Undefined: it would admit. */
  peek?(way: Way): Refusal | undefined;
}

/** Orders ways, best first, and learns from outcomes. Pure but for what it has learnt. */
export interface RoutePolicy {
  rank(ways: readonly Way[], peer: PeerId): readonly Way[];
  record(outcome: Outcome): void;
  /** Reliability of a transport, 0 to 1. */
  score(id: TransportId): number;
}

/** Says who is dialled. Core's default names all it hears of; `discovery` replaces it. */
export interface Dialer {
  wanted(): Iterable<Target>;
  /** Calls `listener` when `wanted` may have changed. Returns its unsubscribe. */
  onChange(listener: () => void): () => void;
}
