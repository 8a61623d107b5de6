import * as z from "zod";
import { hash, record, u64 } from "../codec/index.ts";
import type { ChainParameters } from "../model/chain-parameters.ts";
import type { Account } from "../model/hex.ts";
import { accepted, refuse, type Verdict } from "../model/verdict.ts";
import { readSlot, slots, writeSlot } from "./kept-values.ts";
import type { Desk, TransactionType } from "./transaction-type.ts";

export const amountSchema = z.bigint().min(1n).max(0xffff_ffff_ffff_ffffn);
export const accountSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Moves units from account to account. */
export const transfer: TransactionType<{ readonly to: Account; readonly amount: bigint }> = {
  number: 1,
  name: "transfer",
  form: record({ to: hash, amount: u64 }),
  schema: z.strictObject({ to: accountSchema, amount: amountSchema }),
  spends: ({ amount }) => amount,
  apply: (desk, { to, amount }) => settled(desk.pay(to, amount)),
};

/** Gives to the reward pool. */
export const poolDonate: TransactionType<{ readonly amount: bigint }> = {
  number: 2,
  name: "pool_donate",
  form: record({ amount: u64 }),
  schema: z.strictObject({ amount: amountSchema }),
  spends: ({ amount }) => amount,
  apply: (desk, { amount }) => settled(desk.contribute(amount)),
};

/** Pays out of the reward pool. Only a keeper whom the network's parameters name may, and never more than is there. */
export function poolPayout(
  parameters: Pick<ChainParameters, "poolKeepers">,
): TransactionType<{ readonly to: Account; readonly amount: bigint }> {
  return {
    number: 3,
    name: "pool_payout",
    form: record({ to: hash, amount: u64 }),
    schema: z.strictObject({ to: accountSchema, amount: amountSchema }),
    spends: () => 0n,
    apply(desk, { to, amount }) {
      if (!parameters.poolKeepers.includes(desk.transaction.from)) {
        return refuse("TRANSACTION_RULE", "only a keeper pays out of the reward pool");
      }
      return payOut(desk, to, amount);
    },
  };
}

function payOut(desk: Desk, to: Account, amount: bigint): Verdict {
  const pool = readSlot(desk.state, slots.pool);
  if (pool.balance < amount) return refuse("TRANSACTION_RULE", `the reward pool holds ${pool.balance}, not ${amount}`);
  writeSlot(desk.state, slots.pool, { ...pool, balance: pool.balance - amount, paidOut: pool.paidOut + amount });
  const account = readSlot(desk.state, slots.account(to));
  writeSlot(desk.state, slots.account(to), { ...account, balance: account.balance + amount });
  desk.note("pool:payout", { to, amount: String(amount) });
  return accepted;
}

function settled(done: boolean): Verdict {
  return done ? accepted : refuse("TRANSACTION_RULE", "the till holds less than the payload says");
}
