/** One map, set, queue or list that outlives the call that made it, and why it cannot grow for ever. */
export interface Cap {
  /** Below this package's `src`. */
  readonly file: string;
  /** The field, or the variable that a factory's functions share. */
  readonly name: string;
  readonly holds: string;
  /** Most entries; in words where another cap or the application's own code decides. */
  readonly most: number | string;
  /** What goes when it is full. */
  readonly eviction: string;
  /** The constant of that file whose value `most` is. */
  readonly constant?: string;
}

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
    file: "frame-inlet.ts",
    name: "#early",
    holds: "frames of one connection that came before its reader; 1 MiB at most",
    most: 256,
    eviction: "the connection ends",
    constant: "maxEarlyFrames",
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
  {
    file: "waiting-room.ts",
    name: "#calls",
    holds: "senders that wait for one connection to drain",
    most: "the application's own code decides; no peer can add to it",
    eviction: "each goes with its call",
  },
]);
