import type { Cap } from "@swarm-space/core";
/** This package keeps no container: what waits, the kernel counts. A test reads the sources, and demands an entry for the first. */
export const caps: readonly Cap[] = Object.freeze([]);
