import type { ChainParameters } from "../model/chain-parameters.ts";

/** Beyond it a u64 has been halved to nothing. */
const mostHalvings = 64;

/**
 * What the block of this height issues: halved every `halvingInterval` blocks, and never above what the cap leaves.
 * The genesis issues nothing beside its allocations.
 */
export function rewardAt(
  parameters: Pick<ChainParameters, "reward" | "halvingInterval" | "supplyCap">,
  height: number,
  issued: bigint,
): bigint {
  if (height < 1) return 0n;
  const halvings = Math.floor((height - 1) / parameters.halvingInterval);
  const reward = halvings >= mostHalvings ? 0n : parameters.reward >> BigInt(halvings);
  const left = parameters.supplyCap - issued;
  if (left <= 0n) return 0n;
  return reward < left ? reward : left;
}
