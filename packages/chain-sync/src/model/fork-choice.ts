import type { BlockId } from "./hex.ts";

/** The end of a chain whose every block is fully valid. */
export interface Tip {
  readonly id: BlockId;
  readonly height: number;
  readonly work: bigint;
}

/**
 * Which of two valid chains is the chain. Pure, a total order, and without any fact that only one node knows (who came first,
 * what time it is): so all nodes with the same blocks choose the same.
 */
export interface ForkChoice {
  readonly id: string;
  /** 1: `one` wins. -1: `other` wins. 0: only for the same tip. */
  compare(one: Tip, other: Tip): -1 | 0 | 1;
}
