import { SwarmError } from "@swarm-space/core";
import type { ChainParameters } from "../model/chain-parameters.ts";
import type { AppliedBlock, BlockContext, Receipt, StateMachine, StateView } from "../model/state.ts";
import type { Transaction } from "../model/transaction.ts";
import { accepted, type Refusal, refuse, type Verdict } from "../model/verdict.ts";
import { poolDonate, poolPayout, transfer } from "./coin-types.ts";
import { readSlot, type StateBook, slots, writeSlot } from "./kept-values.ts";
import { Overlay } from "./overlay.ts";
import { ruleEntries } from "./parameters-form.ts";
import { rewardAt } from "./reward.ts";
import { credit, openDesk } from "./till.ts";
import { tokenBurn, tokenClose, tokenDeploy, tokenMeta, tokenMint, tokenTransfer } from "./token-types.ts";
import type { AnyTransactionType } from "./transaction-type.ts";
import { defineTransactionType, type TypeRegistry, typeRegistry } from "./type-registry.ts";

const transactionVersion = 1;

/**
 * Accounts, the reward pool and profile tokens.
 * @param added transaction types of third parties; part of the network's rules, so all its nodes need the same
 * @throws SwarmError `CHAIN_TYPE_TAKEN`, `CHAIN_PARAMETERS_INVALID`
 */
export function swarmLedger(parameters: ChainParameters, added: readonly AnyTransactionType[] = []): StateMachine {
  const own = [
    defineTransactionType(transfer),
    defineTransactionType(poolDonate),
    defineTransactionType(poolPayout(parameters)),
    defineTransactionType(tokenDeploy),
    defineTransactionType(tokenMint),
    defineTransactionType(tokenTransfer),
    defineTransactionType(tokenBurn),
    defineTransactionType(tokenMeta),
    defineTransactionType(tokenClose),
  ];
  const types = typeRegistry(own, added);
  const total = parameters.allocations.reduce((sum, { amount }) => sum + amount, 0n);
  if (total > parameters.supplyCap) {
    throw new SwarmError(
      "CHAIN_PARAMETERS_INVALID",
      `Allocations of ${total} are above the cap of ${parameters.supplyCap}.`,
    );
  }
  return Object.freeze({
    id: "swarm-ledger",
    genesis() {
      const book = new Overlay({ get: () => undefined });
      for (const [key, value] of ruleEntries(parameters, types)) book.put(key, value);
      for (const { account, amount } of parameters.allocations) credit(book, account, amount);
      writeSlot(book, slots.supply, { issued: total, burned: 0n });
      return book.changes().delta;
    },
    standing: (view: StateView, account: string) => readSlot(view, slots.account(account)),
    cost: (transaction: Transaction) =>
      transaction.fee + (types.get(transaction.type)?.open(transaction.payload)?.spends ?? 0n),
    checkTransaction: (view: StateView, transaction: Transaction, context: BlockContext) =>
      runTransaction(types, new Overlay(view), transaction, context, () => {}),
    select(view: StateView, context: BlockContext, candidates: readonly Transaction[]) {
      const book = new Overlay(view);
      return candidates.flatMap((candidate, at) => {
        const attempt = new Overlay(book);
        if (!runTransaction(types, attempt, candidate, context, () => {}).ok) return [];
        for (const [key, value] of attempt.changes().delta) book.put(key, value);
        return [at];
      });
    },
    applyBlock(view: StateView, context: BlockContext, transactions: readonly Transaction[]): AppliedBlock | Refusal {
      const book = new Overlay(view);
      const receipts: Receipt[] = [];
      let fees = 0n;
      for (const [at, transaction] of transactions.entries()) {
        const verdict = runTransaction(types, book, transaction, context, (receipt) => receipts.push(receipt));
        if (!verdict.ok) return refuse("BLOCK_TRANSACTION", `number ${at}: ${verdict.code}: ${verdict.reason}`);
        fees += transaction.fee;
      }
      payProducer(book, parameters, context, fees);
      return { ok: true, ...book.changes(), receipts };
    },
  });
}

/** Cheap rules first. Writes to `book` in any case: a refusal's is thrown away with it. */
function runTransaction(
  types: TypeRegistry,
  book: Overlay,
  transaction: Transaction,
  context: BlockContext,
  note: (receipt: Receipt) => void,
): Verdict {
  const { from, nonce, fee } = transaction;
  if (transaction.version !== transactionVersion) return refuse("TRANSACTION_VERSION");
  if (transaction.expiryHeight < context.height) return refuse("TRANSACTION_EXPIRED");
  const type = types.get(transaction.type);
  if (type === undefined) return refuse("TRANSACTION_TYPE", `there is no type ${transaction.type}`);
  const slot = slots.account(from);
  const account = readSlot(book, slot);
  if (nonce !== account.nonce)
    return refuse("TRANSACTION_NONCE", `nonce ${nonce}, the account's next is ${account.nonce}`);
  const payload = type.open(transaction.payload);
  if (payload === undefined) return refuse("TRANSACTION_PAYLOAD", `no payload of ${type.name}`);
  const cost = fee + payload.spends;
  if (payload.spends < 0n || account.balance < cost) {
    return refuse("TRANSACTION_BALANCE", `it costs ${cost}, the account has ${account.balance}`);
  }
  writeSlot(book, slot, { balance: account.balance - cost, nonce: nonce + 1n });
  const { desk, left } = openDesk(book, context, transaction, payload.spends, note);
  const verdict = payload.apply(desk);
  if (!verdict.ok) return verdict;
  return left() === 0n ? accepted : refuse("TRANSACTION_RULE", `${type.name} left ${left()} in the till`);
}

/** The reward is issued by the header's height and producer: a rule, nothing that anybody writes. */
function payProducer(book: StateBook, parameters: ChainParameters, context: BlockContext, fees: bigint): void {
  const supply = readSlot(book, slots.supply);
  const reward = rewardAt(parameters, context.height, supply.issued);
  const tax = (reward * BigInt(parameters.poolTaxPercent)) / 100n;
  if (reward > 0n) writeSlot(book, slots.supply, { ...supply, issued: supply.issued + reward });
  if (tax > 0n) {
    const pool = readSlot(book, slots.pool);
    writeSlot(book, slots.pool, { ...pool, balance: pool.balance + tax, taxed: pool.taxed + tax });
  }
  credit(book, context.producer, reward - tax + fees);
}
