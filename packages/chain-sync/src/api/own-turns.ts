import type { Draft } from "../chain/build-block.ts";
import type { HeaderNode, HeaderTree } from "../chain/header-tree.ts";
import type { Block } from "../model/block.ts";
import type { Consensus, NoTurn } from "../model/consensus.ts";
import type { Account } from "../model/hex.ts";

/**
 * Keeps a producer's word: one block for each turn, whatever tip it stood on and though two were asked for at once. A second one would
 * be proof against its own account, shown to everybody.
 */
export class OwnTurns {
  #last: number | undefined;

  /**
   * The draft, whose turn counts as used from now on, or when the next one is.
   * @param now Unix ms
   */
  take(consensus: Consensus, tree: HeaderTree, tip: HeaderNode, draft: Draft, now: number): Draft | NoTurn {
    const { header } = draft;
    const { producer, height, time } = header;
    const turn = consensus.slotOf?.(header);
    if (turn === undefined) return draft;
    if (this.#last === turn || isUsed(consensus, tree, producer, turn)) {
      const next = consensus.turn({ ...tip, height, time, parent: tip }, producer, now);
      return { ok: false, retryAt: next.ok ? next.time : next.retryAt };
    }
    this.#last = turn;
    return draft;
  }

  /** Where nothing comes of the draft, nobody saw a seal of it: its turn is as it was. Settles as `sealing` does. */
  async whileSealing(consensus: Consensus, { header }: Draft, sealing: Promise<Block>): Promise<Block> {
    try {
      return await sealing;
    } catch (error) {
      if (this.#last === consensus.slotOf?.(header)) this.#last = undefined;
      throw error;
    }
  }
}

/** Whether the producer has a block of this turn, on any branch. */
function isUsed(consensus: Consensus, tree: HeaderTree, producer: Account, turn: number): boolean {
  for (const { sealed } of tree.nodes()) {
    const { header } = sealed;
    if (header.producer === producer && header.height > 0 && consensus.slotOf?.(header) === turn) return true;
  }
  return false;
}
