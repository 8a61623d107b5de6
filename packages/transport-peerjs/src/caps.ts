import type { Cap } from "@swarm-space/core";
/** Every container that this package keeps. A test reads the sources: none may be missing here, and none may be listed that is gone. */
export const caps: readonly Cap[] = Object.freeze([
  {
    file: "negotiations.ts",
    name: "#links",
    holds: "links between their offer and their opening: dials, and 32 that came in",
    most: "32 that came in, and as many dials as the kernel has under way",
    eviction: "further offers are not heard",
  },
  {
    file: "negotiations.ts",
    name: "#muted",
    holds: "peers of which nothing is taken for a minute",
    most: 256,
    eviction: "the oldest",
    constant: "maxMuted",
  },
  {
    file: "link-restarts.ts",
    name: "#standing",
    holds: "open links whose ICE may restart",
    most: "as many as `maxConnections` says",
    eviction: "each goes with its connection",
  },
]);
