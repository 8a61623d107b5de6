import type { Account } from "../model/hex.ts";
import type { BlockContext, Receipt } from "../model/state.ts";
import type { UnsignedTransaction } from "../model/transaction.ts";
import { readSlot, type StateBook, slots, writeSlot } from "./kept-values.ts";
import type { Desk } from "./transaction-type.ts";
import { firstFreeNumber } from "./type-registry.ts";

/** A desk, and what is left in its till. */
export interface OpenDesk {
  readonly desk: Desk;
  left(): bigint;
}

export function credit(book: StateBook, account: Account, amount: bigint): void {
  if (amount === 0n) return;
  const slot = slots.account(account);
  const entry = readSlot(book, slot);
  writeSlot(book, slot, { ...entry, balance: entry.balance + amount });
}

/** @param paid what the sender brought beside the fee */
export function openDesk(
  book: StateBook,
  context: BlockContext,
  transaction: UnsignedTransaction,
  paid: bigint,
  note: (receipt: Receipt) => void,
): OpenDesk {
  let left = paid;
  const take = (amount: bigint): boolean => {
    if (amount < 0n || amount > left) return false;
    left -= amount;
    return true;
  };
  const desk: Desk = {
    context,
    transaction,
    state: transaction.type < firstFreeNumber ? book : ownPart(book, transaction.type),
    balanceOf: (account) => readSlot(book, slots.account(account)).balance,
    pay(to, amount) {
      if (!take(amount)) return false;
      credit(book, to, amount);
      return true;
    },
    contribute(amount) {
      if (!take(amount)) return false;
      contribute(book, transaction.from, amount);
      note({ kind: "pool:donation", facts: { from: transaction.from, amount: String(amount) } });
      return true;
    },
    burn(amount) {
      if (!take(amount)) return false;
      const supply = readSlot(book, slots.supply);
      writeSlot(book, slots.supply, { ...supply, burned: supply.burned + amount });
      return true;
    },
    note: (kind, facts) => note({ kind, facts }),
  };
  return { desk, left: () => left };
}

function contribute(book: StateBook, from: Account, amount: bigint): void {
  const pool = readSlot(book, slots.pool);
  writeSlot(book, slots.pool, {
    ...pool,
    balance: pool.balance + amount,
    totalContributed: pool.totalContributed + amount,
    contributions: pool.contributions + 1n,
  });
  const slot = slots.contribution(from);
  writeSlot(book, slot, { total: readSlot(book, slot).total + amount });
}

/** Third parties' types see and write their own keys alone: not even a faulty one can touch a balance. */
function ownPart(book: StateBook, type: number): StateBook {
  const prefix = `x/${type}/`;
  return { get: (key) => book.get(prefix + key), put: (key, value) => book.put(prefix + key, value) };
}
