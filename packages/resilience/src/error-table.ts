/** Codes of this plugin. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** getConnectionResilience was called without a swarm. */
  RESILIENCE_NO_SWARM:
    "Breakers belong to a node: call `getConnectionResilience(swarm)` with what `createSwarm` resolved to.",
  /** The swarm runs without the resilience plugin. */
  RESILIENCE_NOT_INSTALLED:
    'Add `use(resilience)` to the plugins of `createSwarm`, or `{ "use": "@swarm-space/resilience" }` to the configuration.',
} as const);
