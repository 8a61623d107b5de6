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
    file: "chat/chat-session.ts",
    name: "#pending",
    holds: "chat letters that are not confirmed",
    most: 4_096,
    eviction: "the line is refused",
    constant: "mostPending",
  },
  {
    file: "chat/roster.ts",
    name: "#names",
    holds: "people in the chat",
    most: 256,
    eviction: "further ones are not listed",
    constant: "mostPeople",
  },
  {
    file: "door/range-buckets.ts",
    name: "#buckets",
    holds: "rates of ranges of addresses",
    most: 4_096,
    eviction: "the longest unused; the rate of all goes on",
    constant: "mostRanges",
  },
  {
    file: "door/range-counts.ts",
    name: "#counts",
    holds: "counts by range of addresses",
    most: "the connections, 1,088",
    eviction: "with its last connection",
  },
  {
    file: "peer-server/load-peer.ts",
    name: "timers",
    holds: "timers of the peer library",
    most: "two: it sets each again when it is over",
    eviction: "with the server",
  },
  {
    file: "peer-server/residents.ts",
    name: "#byId",
    holds: "ids that are held",
    most: "the connections, 1,024",
    eviction: "with its connection",
  },
  {
    file: "process-stage.ts",
    name: "open",
    holds: "readers of the terminal",
    most: "one a prompt",
    eviction: "with its prompt",
  },
  {
    file: "tracker/tracker-door.ts",
    name: "#holders",
    holds: "peer ids at the tracker, and who has each",
    most: "the connections, 1,024",
    eviction: "with its connection",
  },
  {
    file: "tracker/tracker-socket.ts",
    name: "swarms",
    holds: "info hashes that one client of the tracker is in",
    most: "as `maxSwarmsPerClient` says: 8",
    eviction: "further announcements are dropped",
  },
]);
