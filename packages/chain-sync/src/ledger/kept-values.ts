import { chainError } from "../chain-error.ts";
import { decode, encode, type Field, hash, record, text, u32, u64, type ValueOf } from "../codec/index.ts";
import type { Account, Hash } from "../model/hex.ts";
import type { StateView } from "../model/state.ts";

/** A place in the state: a key, the form of its value, and what stands for "nothing there". */
export interface Slot<Value> {
  readonly key: string;
  readonly form: Field<Value>;
  readonly absent: Value;
}

/** Somewhere to write to. */
export interface StateBook extends StateView {
  put(key: string, value: Uint8Array | undefined): void;
}

export function readSlot<Value>(view: StateView, slot: Slot<Value>): Value {
  const bytes = view.get(slot.key);
  if (bytes === undefined) return slot.absent;
  const outcome = decode(slot.form, bytes);
  if (!outcome.ok)
    throw chainError("CHAIN_STORE_CORRUPT", `The state's ${slot.key} cannot be read: ${outcome.reason}.`);
  return outcome.value;
}

/** What is as good as absent is removed, so one state has one set of keys. */
export function writeSlot<Value>(book: StateBook, slot: Slot<Value>, value: Value): void {
  const bytes = encode(slot.form, value);
  const absent = encode(slot.form, slot.absent);
  const isAbsent = bytes.length === absent.length && bytes.every((byte, at) => byte === absent[at]);
  book.put(slot.key, isAbsent ? undefined : bytes);
}

const accountForm = record({ balance: u64, nonce: u64 });
const supplyForm = record({ issued: u64, burned: u64 });
const poolForm = record({ balance: u64, totalContributed: u64, contributions: u64, taxed: u64, paidOut: u64 });
const contributionForm = record({ total: u64 });
const holdingForm = record({ amount: u64 });
const tokenForm = record({
  owner: hash,
  ticker: text(5),
  name: text(64),
  supply: u64,
  maxSupply: u64,
  metaHash: hash,
  deployedAt: u32,
  /** 0: open. */
  closedAt: u32,
});
const tokenNameForm = record({ token: hash });

export type AccountEntry = ValueOf<typeof accountForm>;
export type Supply = ValueOf<typeof supplyForm>;
export type RewardPool = ValueOf<typeof poolForm>;
export type Token = ValueOf<typeof tokenForm>;

const zeros = "0".repeat(64);
const noToken: Token = Object.freeze({
  owner: zeros,
  ticker: "",
  name: "",
  supply: 0n,
  maxSupply: 0n,
  metaHash: zeros,
  deployedAt: 0,
  closedAt: 0,
});

/** Where the ledger keeps what. The first part of a key says which namespace of the store it goes to. */
export const slots = Object.freeze({
  supply: Object.freeze({ key: "supply", form: supplyForm, absent: Object.freeze({ issued: 0n, burned: 0n }) }),
  pool: Object.freeze({
    key: "pool",
    form: poolForm,
    absent: Object.freeze({ balance: 0n, totalContributed: 0n, contributions: 0n, taxed: 0n, paidOut: 0n }),
  }),
  account: (account: Account): Slot<AccountEntry> => ({
    key: `acct/${account}`,
    form: accountForm,
    absent: { balance: 0n, nonce: 0n },
  }),
  contribution: (account: Account): Slot<{ readonly total: bigint }> => ({
    key: `poolc/${account}`,
    form: contributionForm,
    absent: { total: 0n },
  }),
  /** A deployed token is never removed; `maxSupply` 0 is none. */
  token: (token: Hash): Slot<Token> => ({ key: `tok/${token}`, form: tokenForm, absent: noToken }),
  ticker: (ticker: string): Slot<{ readonly token: Hash }> => ({
    key: `tick/${ticker}`,
    form: tokenNameForm,
    absent: { token: zeros },
  }),
  ownToken: (account: Account): Slot<{ readonly token: Hash }> => ({
    key: `own/${account}`,
    form: tokenNameForm,
    absent: { token: zeros },
  }),
  holding: (token: Hash, account: Account): Slot<{ readonly amount: bigint }> => ({
    key: `hold/${token}/${account}`,
    form: holdingForm,
    absent: { amount: 0n },
  }),
});
