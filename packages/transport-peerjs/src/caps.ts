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
    file: "peerjs-transport.ts",
    name: "#listeners",
    holds: "rooms that listen",
    most: "the application's own code decides; no peer can add to it",
    eviction: "none",
  },
  {
    file: "peerjs-transport.ts",
    name: "#waiting",
    holds: "openings that wait for a first server",
    most: "the application's own code decides; no peer can add to it",
    eviction: "each goes with its call",
  },
  {
    file: "session.ts",
    name: "#connections",
    holds: "connections",
    most: "as `maxConnections` says",
    eviction: "further ones are refused",
  },
  {
    file: "session.ts",
    name: "#meetings",
    holds: "meetings, one a server",
    most: 8,
    eviction: "none: as many as the configuration has servers",
  },
  {
    file: "sightings.ts",
    name: "#looks",
    holds: "those who look",
    most: "the application's own code decides; no peer can add to it",
    eviction: "each goes with its call",
  },
]);
