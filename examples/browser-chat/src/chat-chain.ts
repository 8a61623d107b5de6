/** The chain behind the page. */
import { coinsText, getBlockchainSync } from "@swarm-space/chain-sync";
import { codeOf, type Swarm } from "@swarm-space/core";
import type { ChainRow } from "./chain-view.ts";

export function chainRow(swarm: Swarm): ChainRow {
  const chain = getBlockchainSync(swarm);
  const { height, tip, rewardPool } = chain.getStats();
  return {
    height,
    tip,
    rewardPool: coinsText(rewardPool.balance),
    own: coinsText(chain.getBalance().balance),
    tokens: chain.getTokens().map(({ ticker, supply }) => `${ticker} ${supply}`),
  };
}

/** Makes the next block. Where another was faster there is nothing to do: its block is the next one. */
export async function mine(swarm: Swarm): Promise<void> {
  try {
    await getBlockchainSync(swarm).mine();
  } catch (error) {
    if (codeOf(error, "") !== "CHAIN_BLOCK_REFUSED") throw error;
  }
}
