import { roadCaps } from "./road/caps.ts";

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
    file: "client.ts",
    name: "#links",
    holds: "relays",
    most: "the application's own code decides; no peer can add to it",
    eviction: "none",
  },
  {
    file: "client.ts",
    name: "#listeners",
    holds: "rooms that listen",
    most: "the application's own code decides; no peer can add to it",
    eviction: "none",
  },
  {
    file: "client.ts",
    name: "#relayOf",
    holds: "relays by their peer object",
    most: "as many as links live",
    eviction: "with its link",
  },
  {
    file: "client.ts",
    name: "#unflushed",
    holds: "links with something to send in this turn",
    most: "as `#links`",
    eviction: "emptied each turn",
  },
  {
    file: "pending-keeps.ts",
    name: "#keeps",
    holds: "puts that wait to be kept",
    most: 1_024,
    eviction: "`RangeError`",
    constant: "maxPending",
  },
  {
    file: "pooled-client.ts",
    name: "#relays",
    holds: "relays of one user",
    most: "the application's own code decides; no peer can add to it",
    eviction: "none",
  },
  {
    file: "pooled-client.ts",
    name: "#listeners",
    holds: "rooms that listen",
    most: "the application's own code decides; no peer can add to it",
    eviction: "none",
  },
  {
    file: "pooled-client.ts",
    name: "#wanted",
    holds: "subscriptions of one user",
    most: "as `#souls` of the pool's client, while it is open",
    eviction: "`RangeError`",
  },
  {
    file: "relay-pool.ts",
    name: "#users",
    holds: "relays that are held",
    most: "the application's own code decides; no peer can add to it",
    eviction: "with its last user",
  },
  {
    file: "relay/interests.ts",
    name: "#bySoul",
    holds: "souls somebody asked for",
    most: "`maxInterestsPerClient` for each peer",
    eviction: "the peer's oldest",
  },
  {
    file: "relay/interests.ts",
    name: "#byPeer",
    holds: "peers that asked",
    most: "as `maxConnections` says",
    eviction: "with its connection",
  },
  {
    file: "relay/key-store.ts",
    name: "#souls",
    holds: "keys that are kept",
    most: "`maxKeys`, and `maxBytes`",
    eviction: "the oldest",
  },
  {
    file: "relay/key-store.ts",
    name: "#queues",
    holds: "keys by how long they are kept",
    most: "as `#souls`",
    eviction: "with its last key",
  },
  {
    file: "relay/mail-accounts.ts",
    name: "#held",
    holds: "mailboxes and senders with letters",
    most: "a few for each letter that is kept",
    eviction: "with its last letter",
  },
  {
    file: "relay/mail-shelf.ts",
    name: "#souls",
    holds: "mailboxes with letters",
    most: "as the mail rules say of all mailboxes",
    eviction: "`RELAY_FULL`",
  },
  {
    file: "relay/mail-shelf.ts",
    name: "#writes",
    holds: "writes of letters under way",
    most: "as the mail rules say of all mailboxes",
    eviction: "each goes when it ends",
  },
  {
    file: "relay/relay-core.ts",
    name: "#peers",
    holds: "peers of the relay",
    most: "as `maxConnections` says",
    eviction: "further ones are refused",
  },
  {
    file: "relay/relay-core.ts",
    name: "#told",
    holds: "peers with something to be sent in this turn",
    most: "as `#peers`",
    eviction: "emptied each turn",
  },
  {
    file: "relay/relay-server.ts",
    name: "#peers",
    holds: "sockets",
    most: "as `maxConnections` says",
    eviction: "503",
  },
  {
    file: "relay/relay-server.ts",
    name: "#remotes",
    holds: "addresses that sockets come from",
    most: "as `#peers`",
    eviction: "with its last socket",
  },
  {
    file: "seen-set.ts",
    name: "#young",
    holds: "keys that came lately",
    most: "as its owner says",
    eviction: "becomes `#old`",
  },
  {
    file: "seen-set.ts",
    name: "#old",
    holds: "keys that came before",
    most: "as its owner says",
    eviction: "dropped whole",
  },
  {
    file: "subscriptions.ts",
    name: "#souls",
    holds: "souls that are subscribed to",
    most: 4_096,
    eviction: "`RangeError`",
    constant: "maxSouls",
  },
  {
    file: "timer-shelf.ts",
    name: "#running",
    holds: "timers of one Gun instance",
    most: "as what a guarded frame makes Gun start",
    eviction: "each goes when it fires",
  },
  ...roadCaps,
]);
