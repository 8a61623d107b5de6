import * as z from "zod";
import { hash, record, text, u64 } from "../codec/index.ts";
import type { Account, Hash } from "../model/hex.ts";
import { accepted, refuse, type Verdict } from "../model/verdict.ts";
import { accountSchema, amountSchema } from "./coin-types.ts";
import { readSlot, slots, type Token, writeSlot } from "./kept-values.ts";
import { readToken, tokenIdOf, tokenRules, unlockedSupply } from "./token-rules.ts";
import type { Desk, TransactionType } from "./transaction-type.ts";

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const nothing = () => 0n;
const rule = (why: string): Verdict => refuse("TRANSACTION_RULE", why);

interface Deployment {
  readonly ticker: string;
  readonly name: string;
  readonly maxSupply: bigint;
  /** SHA-256 of the token's description, which travels beside the chain. */
  readonly metaHash: Hash;
}

/** Makes the sender's profile token. One for each account, for ever; one for each ticker. */
export const tokenDeploy: TransactionType<Deployment> = {
  number: 4,
  name: "token_deploy",
  form: record({ ticker: text(5), name: text(64), maxSupply: u64, metaHash: hash }),
  schema: z.strictObject({
    ticker: z.string().regex(tokenRules.ticker),
    name: z.string().min(1),
    maxSupply: z.bigint().min(tokenRules.creatorSeed).max(tokenRules.mostSupply),
    metaHash: hashSchema,
  }),
  spends: nothing,
  apply(desk, { ticker, name, maxSupply, metaHash }) {
    const { from: owner, nonce } = desk.transaction;
    if (desk.state.get(slots.ownToken(owner).key)) return rule("the account has a token already");
    if (desk.state.get(slots.ticker(ticker).key)) return rule(`the ticker ${ticker} is taken`);
    const id = tokenIdOf(owner, nonce);
    const supply = tokenRules.creatorSeed;
    const token = { owner, ticker, name, supply, maxSupply, metaHash, deployedAt: desk.context.height, closedAt: 0 };
    writeSlot(desk.state, slots.token(id), token);
    writeSlot(desk.state, slots.ticker(ticker), { token: id });
    writeSlot(desk.state, slots.ownToken(owner), { token: id });
    writeSlot(desk.state, slots.holding(id, owner), { amount: supply });
    desk.note("token:deploy", { token: id, ticker, owner });
    return accepted;
  },
};

/** Makes more of the sender's own token, as far as its supply is unlocked. */
export const tokenMint: TransactionType<{ readonly to: Account; readonly amount: bigint }> = {
  number: 5,
  name: "token_mint",
  form: record({ to: hash, amount: u64 }),
  schema: z.strictObject({ to: accountSchema, amount: amountSchema }),
  spends: nothing,
  apply: (desk, { to, amount }) =>
    withOwnToken(desk, (id, token) => {
      const unlocked = unlockedSupply(desk.state, token);
      if (token.supply + amount > unlocked) return rule(`${unlocked} of the token are unlocked`);
      writeSlot(desk.state, slots.token(id), { ...token, supply: token.supply + amount });
      give(desk, id, to, amount);
      return accepted;
    }),
};

/** Moves a token that the sender holds. */
export const tokenTransfer: TransactionType<{ readonly token: Hash; readonly to: Account; readonly amount: bigint }> = {
  number: 6,
  name: "token_transfer",
  form: record({ token: hash, to: hash, amount: u64 }),
  schema: z.strictObject({ token: hashSchema, to: accountSchema, amount: amountSchema }),
  spends: nothing,
  apply(desk, { token: id, to, amount }) {
    if (!take(desk, id, amount)) return rule("the account holds less of the token");
    give(desk, id, to, amount);
    return accepted;
  },
};

/** Destroys what the sender holds of a token. */
export const tokenBurn: TransactionType<{ readonly token: Hash; readonly amount: bigint }> = {
  number: 7,
  name: "token_burn",
  form: record({ token: hash, amount: u64 }),
  schema: z.strictObject({ token: hashSchema, amount: amountSchema }),
  spends: nothing,
  apply(desk, { token: id, amount }) {
    const token = readToken(desk.state, id);
    if (token === undefined || !take(desk, id, amount)) return rule("the account holds less of the token");
    writeSlot(desk.state, slots.token(id), { ...token, supply: token.supply - amount });
    return accepted;
  },
};

/** Names another description of the sender's own token. */
export const tokenMeta: TransactionType<{ readonly metaHash: Hash }> = {
  number: 8,
  name: "token_meta",
  form: record({ metaHash: hash }),
  schema: z.strictObject({ metaHash: hashSchema }),
  spends: nothing,
  apply: (desk, { metaHash }) =>
    withOwnToken(desk, (id, token) => {
      writeSlot(desk.state, slots.token(id), { ...token, metaHash });
      return accepted;
    }),
};

/** Ends minting and new descriptions for ever. What is held stays, and moves. */
export const tokenClose: TransactionType<Readonly<Record<never, never>>> = {
  number: 9,
  name: "token_close",
  form: record({}),
  schema: z.strictObject({}),
  spends: nothing,
  apply: (desk) =>
    withOwnToken(desk, (id, token) => {
      writeSlot(desk.state, slots.token(id), { ...token, closedAt: desk.context.height });
      return accepted;
    }),
};

/** The sender's own token, while it is open. */
function withOwnToken(desk: Desk, use: (id: Hash, token: Token) => Verdict): Verdict {
  const { token: id } = readSlot(desk.state, slots.ownToken(desk.transaction.from));
  const token = readToken(desk.state, id);
  if (token === undefined) return rule("the account has no token");
  return token.closedAt > 0 ? rule("the token is closed") : use(id, token);
}

function take(desk: Desk, id: Hash, amount: bigint): boolean {
  const slot = slots.holding(id, desk.transaction.from);
  const held = readSlot(desk.state, slot).amount;
  if (held < amount) return false;
  writeSlot(desk.state, slot, { amount: held - amount });
  return true;
}

function give(desk: Desk, id: Hash, to: Account, amount: bigint): void {
  const slot = slots.holding(id, to);
  writeSlot(desk.state, slot, { amount: readSlot(desk.state, slot).amount + amount });
  desk.note("token:move", { token: id, to, amount: String(amount) });
}
