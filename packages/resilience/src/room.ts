import type { Clock, EventBus, PluginHandle, Random, TransportId } from "@swarm-space/core";
import { AdaptiveRoutes } from "./adaptive-routes.ts";
import { BreakerGuard } from "./breaker-guard.ts";
import { BreakerRegistry } from "./breaker-registry.ts";
import { BreakerView } from "./breaker-view.ts";
import type { ConnectionResilience } from "./connection-resilience.ts";
import type { ResilienceSettings } from "./resilience-config.ts";
import { allSafeguards, type Safeguards } from "./safeguards.ts";

export interface RoomParts {
  readonly settings: ResilienceSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
}

/** The plugin's parts in one node, wired. */
export interface Room {
  readonly guard: BreakerGuard;
  readonly routes: AdaptiveRoutes;
  readonly resilience: ConnectionResilience;
  readonly handle: PluginHandle;
}

export function makeRoom({ settings, clock, random, events }: RoomParts, safeguards: Safeguards = allSafeguards): Room {
  const rules = { ...settings, safeguards };
  const registry = new BreakerRegistry(safeguards.caps ? settings.maxBreakers : Number.POSITIVE_INFINITY);
  const guard = new BreakerGuard({ rules, registry, clock, random, events });
  const routes = new AdaptiveRoutes({ settings, safeguards, clock, random });
  const resilience = new BreakerView({ rules, registry, guard, routes, clock });
  return { guard, routes, resilience, handle: reviveOnReady(events, (transport) => guard.revive(transport)) };
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
