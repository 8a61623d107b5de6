import { definePort, type OnePort, type PeerId, SwarmError, type TransportId } from "@swarm-space/core";
import { errorTable } from "./error-table.ts";

/** One breaker as people see it. Times are monotonic milliseconds of the node's clock. */
export interface CircuitBreakerState {
  /** Of a (peer, transport) breaker. */
  readonly peerId?: PeerId;
  readonly transport: TransportId;
  /** Of a (transport, rendezvous) breaker. */
  readonly rendezvous?: string;
  readonly state: "closed" | "open" | "half-open";
  /** Failures since the last recovery. */
  readonly failures: number;
  readonly lastFailure?: number;
  /** 0 unless half-open. */
  readonly successesInHalfOpen: number;
  /** No attempt is admitted before. Absent: an attempt is admitted now. */
  readonly retryAt?: number;
}

/** A peer as a whole: the state of its best breaker, and all of them. */
export interface PeerResilience extends CircuitBreakerState {
  readonly peerId: PeerId;
  /** One for each transport that was tried. */
  readonly breakers: readonly CircuitBreakerState[];
}

export interface ResilienceStats {
  readonly totalBreakers: number;
  readonly openBreakers: number;
  readonly halfOpenBreakers: number;
  readonly closedBreakers: number;
}

/** What a node's breakers look like, and the reset button. */
export interface ConnectionResilience {
  /** Counts breakers of peers and of rendezvous. */
  getStats(): ResilienceStats;
  /** Undefined for a peer that was never tried. */
  getState(peer: PeerId): PeerResilience | undefined;
  /** Those that refuse all attempts now, of peers and of rendezvous. */
  getOpenBreakers(): readonly CircuitBreakerState[];
  /** True where the peer's breaker admits an attempt on the transport, or, without one, on any that was tried. Takes no permit. */
  canAttemptConnection(peer: PeerId, transport?: TransportId): boolean;
  /** Closes the peer's breakers on every transport; without argument all, also those of rendezvous. Returns how many there were. */
  forceReset(peer?: PeerId): number;
  /** Learnt reliability, 0 to 1: of the transport, or of the transport towards one peer. */
  getReliability(transport: TransportId, peer?: PeerId): number;
}

/** Where the plugin's `ConnectionResilience` stands in a node. */
export const resiliencePort: OnePort<ConnectionResilience> = definePort<ConnectionResilience>("resilience");

/** The part of a swarm that is needed here. */
export interface PortHolder {
  get<Value>(port: OnePort<Value>): Value;
}

/**
 * The breakers of a swarm.
 *
 * @throws SwarmError `RESILIENCE_NO_SWARM` called bare, `RESILIENCE_NOT_INSTALLED` where the swarm runs without this plugin
 */
export function getConnectionResilience(swarm: PortHolder): ConnectionResilience {
  if (typeof swarm !== "object" || swarm === null || typeof swarm.get !== "function") {
    throw failure("RESILIENCE_NO_SWARM", "getConnectionResilience needs the swarm whose breakers are meant");
  }
  try {
    return swarm.get(resiliencePort);
  } catch (error) {
    if (!SwarmError.is(error, "PORT_UNKNOWN")) throw error;
    throw failure("RESILIENCE_NOT_INSTALLED", "this swarm runs without @swarm-space/resilience", error);
  }
}

function failure(code: keyof typeof errorTable, what: string, cause?: unknown): SwarmError {
  return new SwarmError(code, what, { cure: errorTable[code], ...(cause === undefined ? {} : { cause }) });
}
