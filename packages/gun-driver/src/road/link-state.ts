import type { Condition } from "@swarm-space/core/medium";
import type { RelayStatus } from "../client.ts";

/**
 * Pure.
 * @param own URL of this node's own relay, which is always linked and alone leads nowhere
 * @param tried whether the first dials had their time
 */
export function conditionOf(
  relays: readonly RelayStatus[],
  own: string | undefined,
  connections: number,
  tried: boolean,
): Condition {
  if (relays.length === 0) return { state: "error", lastError: "no relay: name one in `relays`, or set `serve`" };
  const away = relays.filter((relay) => !relay.up);
  const lastError = away.map((relay) => `${relay.url}: ${relay.lastError ?? "not linked"}`).join("; ") || undefined;
  const others = relays.filter((relay) => relay.url !== own);
  const alone = others.length > 0 && !others.some((relay) => relay.up);
  if (!tried && (alone || away.length === relays.length)) return { state: "initializing", lastError };
  if (away.length === relays.length) return { state: "error", lastError };
  if (tried && away.length > 0) return { state: "degraded", lastError };
  return { state: connections > 0 ? "active" : "ready", lastError: undefined };
}
