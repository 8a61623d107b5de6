import {
  type Clock,
  type EventBus,
  type PluginHandle,
  type Random,
  RowKeeper,
  type Store,
  type TransportId,
} from "@swarm-space/core";
import { AdaptiveRoutes } from "./adaptive-routes.ts";
import { BreakerGuard } from "./breaker-guard.ts";
import { BreakerRegistry } from "./breaker-registry.ts";
import { BreakerView } from "./breaker-view.ts";
import type { ConnectionResilience } from "./connection-resilience.ts";
import { decodeLearnt, encodeLearnt, keyOf, type Learnt, lastAt } from "./kept-scores.ts";
import type { ResilienceSettings } from "./resilience-config.ts";
import { allSafeguards, type Safeguards } from "./safeguards.ts";

export interface RoomParts {
  readonly settings: ResilienceSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
  /** Where it is durable, scores outlive the process. */
  readonly store?: Store | undefined;
}

/** The plugin's parts in one node, wired. */
export interface Room {
  readonly guard: BreakerGuard;
  readonly routes: AdaptiveRoutes;
  readonly resilience: ConnectionResilience;
  readonly handle: PluginHandle;
}

/** After so many half-lives a score is as good as its prior. */
const keptHalfLives = 10;
/** Peers whose scores outlive the process: those last heard of. */
const maxKeptPeers = 2_000;

export function makeRoom(
  { settings, clock, random, events, store }: RoomParts,
  safeguards: Safeguards = allSafeguards,
): Room {
  const rules = { ...settings, safeguards };
  const registry = new BreakerRegistry(safeguards.caps ? settings.maxBreakers : Number.POSITIVE_INFINITY);
  const guard = new BreakerGuard({ rules, registry, clock, random, events });
  const routes = new AdaptiveRoutes({ settings, safeguards, clock, random });
  const resilience = new BreakerView({ rules, registry, guard, routes, clock });
  const reviving = reviveOnReady(events, (transport) => guard.revive(transport));
  if (store?.durable !== true) return { guard, routes, resilience, handle: reviving };
  const keeper = new RowKeeper<Learnt>({
    store,
    clock,
    events,
    namespace: "resilience",
    rows: () => [...routes.learnt()].map((learnt) => [keyOf(learnt.peer), learnt]),
    restore: (learnt) => routes.restore(learnt),
    encode: encodeLearnt,
    decode: decodeLearnt,
    at: lastAt,
    isOther: (stored, learnt) => lastAt(stored) !== lastAt(learnt),
    keptMs: settings.scoreHoldMs + keptHalfLives * settings.scoreHalfLifeMs,
    // The transports' own row too: whatever is learnt of a peer is learnt of a transport, so none is newer.
    mostRows: 1 + Math.min(settings.maxScoredPeers, maxKeptPeers),
  });
  return { guard, routes, resilience, handle: bothOf(reviving, keeper) };
}

/** Stopped in the reverse order of their start. */
function bothOf(first: PluginHandle, second: PluginHandle): PluginHandle {
  return {
    async start(o) {
      await first.start?.(o);
      await second.start?.(o);
    },
    async stop(o) {
      await second.stop?.(o);
      await first.stop?.(o);
    },
  };
}

/** Beyond it a transport is taken as new at each of its states. */
const maxTransports = 64;

/** Calls `revive` when a transport comes up again. */
function reviveOnReady(events: EventBus, revive: (transport: TransportId) => void): PluginHandle {
  const up = new Set<TransportId>();
  let unsubscribe: (() => void) | undefined;
  return {
    start() {
      unsubscribe ??= events.on("transport:state", ({ transport, state }) => {
        const isUp = state === "ready" || state === "active";
        if (isUp && !up.has(transport)) revive(transport);
        if (isUp && up.size < maxTransports) up.add(transport);
        else up.delete(transport);
      });
    },
    stop() {
      unsubscribe?.();
      unsubscribe = undefined;
      up.clear();
    },
  };
}
