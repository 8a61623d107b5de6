import type { SwarmEvents } from "@swarm-space/core";
import type { BlockId, TransactionId } from "../model/hex.ts";
import type { Receipt } from "../model/state.ts";
import type { DescriptionMark } from "../model/token-description.ts";
import type { NamedTransaction } from "../model/transaction.ts";
import type { PoolDrop } from "../model/transaction-pool.ts";
import type { Refusal } from "../model/verdict.ts";

/** What happens to a node's chain, told after it was written. */
export interface ChainNews {
  readonly "block:connected": { readonly id: BlockId; readonly height: number; readonly receipts: readonly Receipt[] };
  readonly "block:disconnected": { readonly id: BlockId; readonly height: number };
  readonly "block:invalid": { readonly id: BlockId; readonly height: number; readonly refusal: Refusal };
  readonly "chain:reorg": {
    readonly fork: { readonly id: BlockId; readonly height: number };
    readonly old: readonly BlockId[];
    readonly new: readonly BlockId[];
    readonly depth: number;
  };
  /** A better chain parts deeper than this node follows by itself: its operator decides. */
  readonly "chain:deep-fork": { readonly tip: BlockId; readonly depth: number };
  /** The store refused headers: they are written with the next ones, and until then no block is followed. */
  readonly "chain:unsaved": { readonly code: string };
  /** A description of a token, newer than the one before, and signed by the token's owner. */
  readonly "token:described": DescriptionMark;
  readonly "tx:accepted": { readonly transaction: NamedTransaction };
  readonly "tx:dropped": PoolDrop;
  /** The store refused the pool's copy: these transactions are lost if the process ends before they are in a block. */
  readonly "pool:unsaved": { readonly code: string; readonly transactions: readonly TransactionId[] };
}

declare module "@swarm-space/core" {
  interface SwarmEvents extends ChainNews {}
}

/** As the kernel's own events have them. */
export type ChainEvents = Pick<SwarmEvents, keyof ChainNews>;

/** Tells, and waits for nobody. */
export type TellChain = <Name extends keyof ChainEvents>(name: Name, event: SwarmEvents[Name]) => void;
