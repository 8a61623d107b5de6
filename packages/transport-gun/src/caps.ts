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
    file: "collection.ts",
    name: "#held",
    holds: "letters of our mailbox that are not yet given in or gone",
    most: 1_024,
    eviction: "the mailbox is asked again later",
    constant: "maxHeld",
  },
  {
    file: "collection.ts",
    name: "#waiting",
    holds: "letters of our mailbox to be given next",
    most: "as `#held`",
    eviction: "given, or dropped with `#held`",
  },
  {
    file: "frame-reader.ts",
    name: "#waiting",
    holds: "frames of one connection that no reader has taken",
    most: "256, and what one more packet brings",
    eviction: "packets are not acknowledged, and come again",
  },
  {
    file: "gun-transport.ts",
    name: "#listeners",
    holds: "rooms that listen",
    most: "the application's own code decides; no peer can add to it",
    eviction: "none",
  },
  {
    file: "gun-transport.ts",
    name: "#changes",
    holds: "calls that wait for a relay",
    most: "the application's own code decides; no peer can add to it",
    eviction: "each goes with its call",
  },
  {
    file: "key-pool.ts",
    name: "#out",
    holds: "keys of one connection whose packets are not acknowledged",
    most: "those of 256 packets, each put again a few times before the connection ends",
    eviction: "none: with the connection",
  },
  {
    file: "key-pool.ts",
    name: "#free",
    holds: "keys of one connection that may carry another packet",
    most: "as `#out`",
    eviction: "ended when they were free for a while",
  },
  {
    file: "mail.ts",
    name: "#lingering",
    holds: "deposits whose keys are still to be ended",
    most: 512,
    eviction: "the oldest is ended at once",
    constant: "maxLingering",
  },
  {
    file: "presence.ts",
    name: "#announced",
    holds: "announcements under way",
    most: "the application's own code decides; no peer can add to it",
    eviction: "each goes with its call",
  },
  {
    file: "receive-window.ts",
    name: "#ahead",
    holds: "packets of one connection behind a gap",
    most: 256,
    eviction: "further ones come again",
  },
  {
    file: "send-window.ts",
    name: "#sent",
    holds: "packets of one connection that are not acknowledged",
    most: 256,
    eviction: "further frames wait",
  },
  {
    file: "send-window.ts",
    name: "#queue",
    holds: "frames that wait for the window of one connection",
    most: "64 MiB",
    eviction: "the connection ends",
  },
  {
    file: "session.ts",
    name: "inboxes",
    holds: "inboxes, one a relay",
    most: 17,
    eviction: "none: as many as the configuration has relays",
  },
  {
    file: "session.ts",
    name: "linked",
    holds: "relays that are linked",
    most: 17,
    eviction: "none: as many as the configuration has relays",
  },
  {
    file: "switchboard.ts",
    name: "#connections",
    holds: "connections",
    most: "as `maxConnections` says",
    eviction: "further ones are refused",
  },
  {
    file: "switchboard.ts",
    name: "#dialings",
    holds: "dials under way",
    most: "as `maxConnections` says",
    eviction: "further ones are refused",
  },
  {
    file: "switchboard.ts",
    name: "#embryos",
    holds: "inbound dials that have not answered",
    most: 64,
    eviction: "the oldest",
    constant: "maxEmbryos",
  },
  {
    file: "switchboard.ts",
    name: "#answered",
    holds: "inbound dials that were answered",
    most: "as `#embryos` and `#connections`",
    eviction: "with its embryo or connection",
  },
  {
    file: "tombstones.ts",
    name: "#graves",
    holds: "souls with keys to be ended",
    most: 1_024,
    eviction: "all are written at once",
    constant: "maxGraves",
  },
  {
    file: "waiters.ts",
    name: "#waiting",
    holds: "senders that wait for one connection to drain",
    most: "the application's own code decides; no peer can add to it",
    eviction: "each goes with its call",
  },
]);
