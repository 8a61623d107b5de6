/** What a node of the play does with its chain when it is told to, and what it tells of it. */
import { getBlockchainSync, unitsPerCoin } from "@swarm-space/chain-sync";
import { codeOf } from "@swarm-space/core";

export class ChainPart {
  #swarm;

  /** @param {any} swarm not yet started */
  constructor(swarm) {
    this.#swarm = swarm;
  }

  /** @param {(report: object) => void} tell of each block, as soon as it stands in the own chain */
  follow(tell) {
    this.#swarm.on("block:connected", ({ id, height }) => tell({ kind: "block", id, height, at: Date.now() }));
  }

  get orders() {
    return {
      mine: ({ blocks }) => void this.#mine(blocks),
      endow: ({ ticker }) => void this.#endow(ticker),
      part: () => void this.#chain.stop(),
      rejoin: () => void this.#chain.start(),
    };
  }

  async status() {
    const { height, tip, rewardPool, tokens, reorgs } = this.#chain.getStats();
    const block = await this.#chain.getBlock(tip);
    return { height, tip, stateRoot: block?.sealed.header.stateRoot, pool: String(rewardPool.balance), tokens, reorgs };
  }

  get #chain() {
    return getBlockchainSync(this.#swarm);
  }

  async #mine(blocks) {
    for (let made = 0; made < blocks; ) {
      const isMade = await this.#chain.mine().then(
        () => true,
        // Somebody else, as a person in a page, was faster: the next one goes on top of that.
        (error) => {
          if (codeOf(error, "") !== "CHAIN_BLOCK_REFUSED") throw error;
          return false;
        },
      );
      if (isMade) made += 1;
    }
  }

  /** Two blocks: coins, and what is bought of them: a donation to the reward pool, a profile token. */
  async #endow(ticker) {
    await this.#mine(1);
    await this.#chain.donate(unitsPerCoin);
    await this.#chain.deployToken({ ticker, name: `The token ${ticker}` });
    await this.#mine(1);
  }
}
