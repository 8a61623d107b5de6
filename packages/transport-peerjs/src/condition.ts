import type { TransportState } from "@swarm-space/core";

/** How the transport fares, and why when it does not fare well. */
export interface Condition {
  readonly state: TransportState;
  readonly lastError: string | undefined;
}

export interface ServerCondition {
  readonly url: string;
  readonly isUp: boolean;
  readonly isTried: boolean;
  readonly lastError: string | undefined;
}

/** Pure. Without any server, what stands lives on, so that is "degraded", not "error". */
export function conditionOf(servers: readonly ServerCondition[], connections: number): Condition {
  if (servers.length === 0) return { state: "error", lastError: "no PeerServer: name one in `servers`" };
  const away = servers.filter(({ isUp }) => !isUp);
  const lastError = away.map(({ url, lastError }) => `${url}: ${lastError ?? "not reached"}`).join("; ") || undefined;
  if (away.length === servers.length) {
    if (connections > 0) return { state: "degraded", lastError };
    return { state: away.some(({ isTried }) => !isTried) ? "initializing" : "error", lastError };
  }
  if (away.some(({ isTried }) => isTried)) return { state: "degraded", lastError };
  return { state: connections > 0 ? "active" : "ready", lastError: undefined };
}
