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
    file: "ledger/overlay.ts",
    name: "#written",
    holds: "keys that one block writes, until it is decided upon",
    most: "a few for each of the block's transactions, of which there are at most 4,000",
    eviction: "goes with the block's check",
  },
  {
    file: "chain/header-tree.ts",
    name: "#nodes",
    holds: "headers that passed their checks",
    most: "as many as the network's consensus made anybody pay for",
    eviction: "none: each cost its proof of work, or its authority's seal",
  },
  {
    file: "live/node-chain.ts",
    name: "#unwritten",
    holds: "headers that the medium has refused so far",
    most: "those of one run of headers: until they are written no others are taken",
    eviction: "when they are written",
  },
  {
    file: "pool/account-queue.ts",
    name: "#byNonce",
    holds: "waiting transactions of one account",
    most: "the pool's limits: pendingPerAccount and queuedPerAccount, 80",
    eviction: "further ones are refused",
  },
  {
    file: "pool/recently-refused.ts",
    name: "#until",
    holds: "full ids of transactions that were refused",
    most: 32_768,
    eviction: "the longest unasked-for goes",
    constant: "mostRefused",
  },
  {
    file: "pool/transaction-pool.ts",
    name: "#accounts",
    holds: "accounts with waiting transactions",
    most: "as many as transactions wait",
    eviction: "with its last transaction",
  },
  {
    file: "pool/transaction-pool.ts",
    name: "#byId",
    holds: "waiting transactions",
    most: "the pool's limits: pending and queued, 5,120, and bytes, 8 MiB",
    eviction: "the worst-paying, of those the newest; what was submitted here stays",
  },
  {
    file: "sync/peer-room.ts",
    name: "#peers",
    holds: "connected peers",
    most: "the kernel's maxPeers, 1,024",
    eviction: "with its last connection",
  },
  {
    file: "sync/sync-peer.ts",
    name: "roads",
    holds: "connections of one peer, by transport",
    most: "the kernel's connections of one peer",
    eviction: "with the connection",
  },
  {
    file: "sync/peer-scores.ts",
    name: "#standings",
    holds: "points and bans of peers",
    most: 10_000,
    eviction: "the one least lately charged goes",
    constant: "mostScored",
  },
  {
    file: "sync/recent-ids.ts",
    name: "#ids",
    holds: "ids of transactions: 5,000 for each peer that they were told to, 32,768 that were taken lately",
    most: "what its maker says: 5,000 or 32,768",
    eviction: "the oldest goes",
  },
  {
    file: "sync/body-plan.ts",
    name: "#flights",
    holds: "bodies that were asked for, or came and are being checked",
    most: "bodiesInFlightOfAll, 128, and what comes late of questions that were given up, 16 of each peer",
    eviction: "no more are asked for",
  },
  {
    file: "sync/body-plan.ts",
    name: "#resting",
    holds: "peers that did not serve",
    most: "as many as are connected",
    eviction: "after fifteen seconds, or with the peer",
  },
  {
    file: "sync/body-sync.ts",
    name: "#givers",
    holds: "who gave the body of a block that is not connected yet",
    most: "eight branches of 1,024",
    eviction: "the oldest goes",
  },
  {
    file: "sync/court.ts",
    name: "#rejected",
    holds: "counts by code",
    most: 64,
    eviction: "further codes are not counted",
    constant: "mostCodes",
  },
  {
    file: "sync/road-counts.ts",
    name: "#counts",
    holds: "counts by transport",
    most: 64,
    eviction: "further transports are not counted",
    constant: "mostRoads",
  },
  {
    file: "sync/waiting-room.ts",
    name: "#waiting",
    holds: "calls of triggerSync",
    most: "the application's own calls",
    eviction: "when no body is under way any more, or its signal aborts",
  },
  {
    file: "sync/transaction-relay.ts",
    name: "#fresh",
    holds: "transactions that the pool took in the last 100 ms",
    most: "what the pool takes in that time, each with its signature checked",
    eviction: "when they are announced",
  },
]);
