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
    file: "candidate-book.ts",
    name: "#known",
    holds: "peers that were reached once",
    most: "the option knownPeers: 256",
    eviction: "the lowest score",
  },
  {
    file: "candidate-book.ts",
    name: "#strangers",
    holds: "peers and addresses that were only heard of",
    most: 3_200,
    eviction: "of its source (at most 50 each) one of the most crowded address range; beyond all sources the oldest",
    constant: "maxStrangers",
  },
  {
    file: "candidate-dialer.ts",
    name: "#listeners",
    holds: "who hears that other peers are wanted",
    most: "as many as subscribed: the kernel",
    eviction: "its unsubscribe",
  },
  {
    file: "peer-keeper.ts",
    name: "#stored",
    holds: "peers in the store",
    most: "as many as are known",
    eviction: "with what it names",
  },
  {
    file: "candidate-dialer.ts",
    name: "connected",
    holds: "connected peers",
    most: "as many as the kernel keeps connections to",
    eviction: "at its disconnection",
  },
  {
    file: "seats.ts",
    name: "#taken",
    holds: "who has a slot in one seating",
    most: "the option slots: 32",
    eviction: "with the seating",
  },
  {
    file: "seats.ts",
    name: "#bySource",
    holds: "slots by source in one seating",
    most: "the option slots: 32",
    eviction: "with the seating",
  },
  {
    file: "seats.ts",
    name: "#byRange",
    holds: "slots by address range in one seating",
    most: "the option slots: 32",
    eviction: "with the seating",
  },
  {
    file: "sought.ts",
    name: "#until",
    holds: "peers that somebody waits for",
    most: 64,
    eviction: "the oldest",
    constant: "maxSought",
  },
  {
    file: "source-desk.ts",
    name: "#dropped",
    holds: "counts of dropped sightings by reason",
    most: "as many as there are reasons: 6",
    eviction: "none goes",
  },
  {
    file: "watch-peers.ts",
    name: "undo",
    holds: "unsubscribes of the events it hears",
    most: "one an event: 5",
    eviction: "at the stop",
  },
]);
