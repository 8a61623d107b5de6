import * as z from "zod";
import type { Account } from "./hex.ts";

/** Base units of one coin. Amounts are whole base units everywhere below the public API. */
export const unitsPerCoin = 100_000_000n;

const u64 = z.bigint().min(0n).max(0xffff_ffff_ffff_ffffn);
const account = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits of an Ed25519 public key");

/** What makes a network this one. Bound into its genesis, so nodes of other parameters have another chain id. */
export const chainParametersSchema = z.strictObject({
  network: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, {
      error: ({ input }) =>
        `${JSON.stringify(input)} cannot name a chain: take 1 to 64 visible ASCII characters without spaces, or leave the chain out`,
    })
    .default("swarm-space")
    .describe("Name of the network: 1 to 64 visible ASCII characters."),
  genesisTime: z
    .int()
    .min(0)
    .max(2 ** 47)
    .default(Date.UTC(2025, 0, 1))
    .describe("Time of the genesis, Unix ms."),
  blockTimeMs: z.int().min(1).max(3_600_000).default(30_000).describe("Aimed time between blocks, in ms."),
  consensus: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default("pow-sha256")
    .describe("Id of the consensus."),
  forkChoice: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default("longest-valid")
    .describe("Id of the fork choice."),
  stateMachine: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default("swarm-ledger")
    .describe("Id of the state machine."),
  leastDifficulty: z
    .int()
    .min(1)
    .max(2 ** 23)
    .default(65_536)
    .describe("Hashes that a block costs at least on average; difficulty of the first block."),
  retargetWindow: z.int().min(2).max(720).default(60).describe("Blocks that the difficulty is reckoned from."),
  producers: z.array(account).max(256).default([]).describe("Accounts that take turns under poa-round-robin."),
  poolKeepers: z.array(account).max(16).default([]).describe("Accounts that may pay out of the reward pool."),
  reward: u64.default(50n * unitsPerCoin).describe("Reward of the first blocks, base units."),
  halvingInterval: z.int().min(1).max(0xffff_ffff).default(210_000).describe("Blocks after which the reward halves."),
  supplyCap: u64.default(21_000_000n * unitsPerCoin).describe("Base units that are ever issued, at most."),
  poolTaxPercent: z.int().min(0).max(100).default(5).describe("Share of each reward that goes to the reward pool."),
  allocations: z
    .array(z.strictObject({ account, amount: u64 }))
    .max(1_024)
    .default([])
    .describe("Balances that the genesis gives, in base units. They count towards the cap."),
});

export type ChainParameters = Readonly<z.output<typeof chainParametersSchema>>;
export type ChainParametersInput = z.input<typeof chainParametersSchema>;
/** A genesis allocation. */
export interface Allocation {
  readonly account: Account;
  readonly amount: bigint;
}
