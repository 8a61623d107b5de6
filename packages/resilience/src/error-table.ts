/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  RESILIENCE_NO_SWARM: {
    meaning: "getConnectionResilience was called without a swarm.",
    cure: "Breakers belong to a node: call `getConnectionResilience(swarm)` with what `createSwarm` resolved to.",
  },
  RESILIENCE_NOT_INSTALLED: {
    meaning: "The swarm runs without the resilience plugin.",
    cure: 'Add `use(resilience)` to the plugins of `createSwarm`, or `{ "use": "@swarm-space/resilience" }` to the configuration.',
  },
} as const);
