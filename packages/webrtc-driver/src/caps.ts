import type { Cap } from "@swarm-space/core";
/** Every container that this package keeps. A test reads the sources: none may be missing here, and none may be listed that is gone. */
export const caps: readonly Cap[] = Object.freeze([
  {
    file: "browser-engine.ts",
    name: "#alive",
    holds: "peer connections of one engine",
    most: "as many as its transport makes",
    eviction: "each goes when it is closed, and all with the engine",
  },
  {
    file: "node/candidate-outlet.ts",
    name: "#found",
    holds: "own candidates of one peer connection",
    most: 64,
    eviction: "further ones are not offered",
    constant: "maxCandidates",
  },
  {
    file: "node/native-channels.ts",
    name: "#alive",
    holds: "channels of one peer connection, until the library lets go of them",
    most: 16,
    eviction: "the peer connection ends; what this side opens is its own code's matter",
    constant: "maxChannels",
  },
  {
    file: "node/node-engine.ts",
    name: "#alive",
    holds: "peer connections of one engine",
    most: "as many as its transport makes",
    eviction: "each goes when it is closed, and all with the engine",
  },
]);
