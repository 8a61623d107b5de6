import type { TransportState } from "@swarm-space/core";
import type { RelayStatus } from "@swarm-space/gun-driver";

/** How the transport fares, and why when it does not fare well. Pure. */
export interface Condition {
  readonly state: TransportState;
  readonly lastError: string | undefined;
}

/** @param tried whether the first dials are over */
export function conditionOf(relays: readonly RelayStatus[], connections: number, tried: boolean): Condition {
  const away = relays.filter((relay) => !relay.up);
  const lastError = away.map((relay) => `${relay.url}: ${relay.lastError ?? "not linked"}`).join("; ") || undefined;
  if (relays.length === 0) return { state: "error", lastError: "no relay: name one in `relays`, or set `serve`" };
  if (away.length === relays.length) return { state: tried ? "error" : "initializing", lastError };
  if (away.length > 0) return { state: tried ? "degraded" : "ready", lastError };
  return { state: connections > 0 ? "active" : "ready", lastError: undefined };
}
