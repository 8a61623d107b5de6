import { createHash } from "node:crypto";
import type { StateTree } from "../../src/hashing/state-tree.ts";
import { encodePayload, readSlot, slots, type TransactionType } from "../../src/ledger/index.ts";
import {
  type ChainParameters,
  type ChainParametersInput,
  chainParametersSchema,
} from "../../src/model/chain-parameters.ts";
import type { BlockContext, StateView, Transaction } from "../../src/model/index.ts";

export const accountNamed = (name: string): string => createHash("sha256").update(name).digest("hex");
export const [alice, bob, carol, miner] = ["alice", "bob", "carol", "miner"].map(accountNamed) as [
  string,
  string,
  string,
  string,
];

/** Parameters that a test can count with: one unit a coin would hide rounding, so coins keep their units. */
export function parametersOf(changed: ChainParametersInput = {}): ChainParameters {
  return chainParametersSchema.parse({
    network: "test",
    leastDifficulty: 1,
    allocations: [
      { account: alice, amount: 1_000_000n },
      { account: bob, amount: 500_000n },
    ],
    ...changed,
  });
}

export function contextAt(height: number, producer = miner): BlockContext {
  return { height, time: 1_735_689_600_000 + height * 30_000, producer };
}

/** An unsigned one: the state machine asks nobody for signatures. */
export function transactionOf<Payload>(
  type: TransactionType<Payload>,
  payload: Payload,
  from: string,
  o: { readonly nonce?: bigint; readonly fee?: bigint; readonly view?: StateView; readonly expiryHeight?: number } = {},
): Transaction {
  return {
    version: 1,
    chainId: accountNamed("chain"),
    type: type.number,
    from,
    nonce: o.nonce ?? (o.view === undefined ? 0n : readSlot(o.view, slots.account(from)).nonce),
    fee: o.fee ?? 0n,
    expiryHeight: o.expiryHeight ?? 1_000_000,
    payload: encodePayload(type, payload),
    signature: new Uint8Array(64),
  };
}

/** Words of what is wrong with the sums of a state; none if they are right. */
export function brokenSums(tree: StateTree): readonly string[] {
  let balances = 0n;
  const held = new Map<string, bigint>();
  const supplies = new Map<string, bigint>();
  const problems: string[] = [];
  for (const [key] of tree.entries()) {
    const [space, one = "", two = ""] = key.split("/");
    if (space === "acct") balances += readSlot(tree, slots.account(one)).balance;
    if (space === "hold") held.set(one, (held.get(one) ?? 0n) + readSlot(tree, slots.holding(one, two)).amount);
    if (space === "tok") {
      const token = readSlot(tree, slots.token(one));
      supplies.set(one, token.supply);
      if (token.supply > token.maxSupply) problems.push(`${one} has more than its most`);
    }
  }
  const { issued, burned } = readSlot(tree, slots.supply);
  const pool = readSlot(tree, slots.pool);
  if (balances + pool.balance + burned !== issued) {
    problems.push(`${balances} + ${pool.balance} + ${burned} is not the ${issued} that were issued`);
  }
  if (pool.balance !== pool.totalContributed + pool.taxed - pool.paidOut) problems.push("the pool does not add up");
  for (const [token, supply] of supplies)
    if ((held.get(token) ?? 0n) !== supply) problems.push(`${token} is held otherwise`);
  return problems;
}
