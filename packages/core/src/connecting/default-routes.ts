import type { RoutePolicy, Way } from "../ports/routing.ts";

/** Without a policy plugin: connected ways first, direct before relayed, then by the medium's latency. */
export function defaultRoutes(): RoutePolicy {
  return {
    rank: (ways) =>
      ways
        .map((way, place) => ({ way, place }))
        .sort((a, b) => cost(a.way) - cost(b.way) || a.place - b.place)
        .map(({ way }) => way),
    record: () => {},
    score: () => 1,
  };
}

function cost({ connected, capabilities }: Way): number {
  // What tells nothing yet is dialled before a relay, and after what is known to be direct.
  if (capabilities === undefined) return (connected ? 0 : 1e9) + 5e5;
  return (connected ? 0 : 1e9) + (capabilities.direct ? 0 : 1e6) + capabilities.latencyClassMs;
}
