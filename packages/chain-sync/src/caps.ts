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
]);
