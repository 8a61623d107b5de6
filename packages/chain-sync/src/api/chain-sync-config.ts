import * as z from "zod";
import { type ChainParametersInput, chainParametersSchema } from "../model/chain-parameters.ts";

const units = z.string().regex(/^[0-9]{1,20}$/, "base units in decimal digits");
const account = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits of an Ed25519 public key");

/** The parameters of a network as a configuration file can hold them: amounts are texts of decimal digits. */
const parametersConfig = chainParametersSchema
  .omit({ network: true, reward: true, supplyCap: true, allocations: true })
  .extend({
    reward: units.default("5000000000").describe("Reward of the first blocks, base units (100,000,000 to a coin)."),
    supplyCap: units.default("2100000000000000").describe("Base units that are ever issued, at most."),
    allocations: z
      .array(
        z.strictObject({
          account: account.describe("Who gets it: an Ed25519 public key as 64 hexadecimal digits."),
          amount: units.describe("Base units in decimal digits."),
        }),
      )
      .max(1_024)
      .default([])
      .describe("Balances that the genesis gives. They count towards the cap."),
  });

/** Options of the plugin. Every one has a default. */
export const chainSyncConfig = z.strictObject({
  interval: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(120_000)
    .describe("Time between two beats, at which each peer is told the end of the own chain, in milliseconds."),
  parameters: parametersConfig
    .prefault({})
    .describe("What makes the chain this one. All nodes of a network need the same: others have another genesis."),
  maxReorgDepth: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_024)
    .describe("Blocks that are undone at most for a better chain; beyond it `chain:deep-fork` asks the operator."),
  poolBytes: z.int().min(65_536).max(1_073_741_824).default(8_388_608).describe("Bytes of transactions that may wait."),
  leastFeeRate: z
    .int()
    .min(0)
    .default(0)
    .describe("Fee below which a transaction is not taken from others, base units for each 1,000 bytes."),
});

export type ChainSyncConfig = z.input<typeof chainSyncConfig>;
export type ChainSyncSettings = z.output<typeof chainSyncConfig>;

export function parametersOf(network: string, { parameters }: ChainSyncSettings): ChainParametersInput {
  const { reward, supplyCap, allocations, ...others } = parameters;
  return {
    ...others,
    network,
    reward: BigInt(reward),
    supplyCap: BigInt(supplyCap),
    allocations: allocations.map(({ account: to, amount }) => ({ account: to, amount: BigInt(amount) })),
  };
}
