import type { Condition } from "@swarm-space/core/medium";

/** How this node's place at one server fares. */
export interface PlaceCondition {
  readonly server: { readonly url: string };
  /** Undefined: it is not there. */
  readonly registration: unknown;
  readonly isTried: boolean;
  readonly lastError: string | undefined;
}

/** Pure. Without any server, what stands lives on, so that is "degraded", not "error". */
export function conditionOf(places: readonly PlaceCondition[], connections: number): Condition {
  if (places.length === 0) return { state: "error", lastError: "no PeerServer: name one in `servers`" };
  const away = places.filter(({ registration }) => registration === undefined);
  const lastError = whyAway(away);
  if (away.length === places.length) {
    if (connections > 0) return { state: "degraded", lastError };
    return { state: away.some(({ isTried }) => !isTried) ? "initializing" : "error", lastError };
  }
  if (away.some(({ isTried }) => isTried)) return { state: "degraded", lastError };
  return { state: connections > 0 ? "active" : "ready", lastError: undefined };
}

/** Pure. Empty where none is. */
export function whyAway(places: readonly PlaceCondition[]): string {
  return places.map(({ server, lastError }) => `${server.url}: ${lastError ?? "not reached"}`).join("; ");
}
