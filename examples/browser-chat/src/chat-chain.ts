/** The chain behind the page. */
import { getBlockchainSync, unitsPerCoin } from "@swarm-space/chain-sync";
import { codeOf, type Swarm } from "@swarm-space/core";
import type { ChainRow } from "./chain-view.ts";

export function chainRow(swarm: Swarm): ChainRow {
  const chain = getBlockchainSync(swarm);
  const { height, tip, rewardPool } = chain.getStats();
  return {
    height,
    tip,
    rewardPool: coins(rewardPool.balance),
    own: coins(chain.getBalance().balance),
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

function coins(units: bigint): string {
  const whole = (units / unitsPerCoin).toLocaleString("en");
  const part = String(units % unitsPerCoin)
    .padStart(8, "0")
    .replace(/0+$/, "");
  return part === "" ? whole : `${whole}.${part}`;
}
