import type { Cap } from "@swarm-space/core";
/** Every container that this package keeps. A test reads the sources: none may be missing here, and none may be listed that is gone. */
export const caps: readonly Cap[] = Object.freeze([
  {
    file: "room.ts",
    name: "up",
    holds: "transports that are up",
    most: 64,
    eviction: "further ones are not noted",
    constant: "maxTransports",
  },
]);
