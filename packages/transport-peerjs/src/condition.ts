import type { Condition } from "@swarm-space/core/medium";

/** How this node's place at one server fares. */
export interface PlaceCondition {
  readonly server: { readonly url: string };
  /** Undefined: it is not there. */
  readonly registration: unknown;
  /** Why; undefined while its first dial is under way. */
  readonly lastError: string | undefined;
}

/** Pure. Without any server, what stands lives on, so that is "degraded", not "error". */
export function conditionOf(places: readonly PlaceCondition[], connections: number): Condition {
  if (places.length === 0) return { state: "error", lastError: "no PeerServer: name one in `servers`" };
  const away = places.filter(({ registration }) => registration === undefined);
  const failed = away.filter(({ lastError }) => lastError !== undefined);
  const lastError = whyAway(away);
  const isAway = away.length === places.length;
  if (isAway && connections === 0)
    return { state: failed.length < places.length ? "initializing" : "error", lastError };
  if (isAway || failed.length > 0) return { state: "degraded", lastError };
  return { state: connections > 0 ? "active" : "ready", lastError: undefined };
}

/** Pure. Empty where none is. */
export function whyAway(places: readonly PlaceCondition[]): string {
  return places.map(({ server, lastError }) => `${server.url}: ${lastError ?? "not reached"}`).join("; ");
}
