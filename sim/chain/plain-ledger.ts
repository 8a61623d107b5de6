import { type Account, tokenIdOf, unitsPerCoin } from "@swarm-space/chain-sync";
import type { Page } from "./book.ts";

const reward = 50n * unitsPerCoin;
const taxPercent = 5n;
const seedOfToken = 100n;
/** Numbers of the transaction types that a seed writes. */
const types = Object.freeze({ transfer: 1, donate: 2, deploy: 4, moveToken: 6 });

/** What a chain comes to, by a second reckoning that shares no line with the ledger on trial. */
export interface PlainLedger {
  readonly balances: ReadonlyMap<Account, bigint>;
  readonly nonces: ReadonlyMap<Account, bigint>;
  /** By token and account. */
  readonly holdings: ReadonlyMap<string, bigint>;
  readonly pool: { readonly balance: bigint; readonly totalContributed: bigint; readonly contributions: bigint };
}

export function reckon(chain: readonly Page[], allocations: ReadonlyMap<Account, bigint>): PlainLedger {
  const balances = new Map(allocations);
  const nonces = new Map<Account, bigint>();
  const holdings = new Map<string, bigint>();
  let [taxed, given, gifts] = [0n, 0n, 0n];
  for (const { block } of chain) {
    let fees = 0n;
    for (const { transaction } of block.transactions) {
      const { from, fee, nonce, type, payload } = transaction;
      fees += fee;
      add(balances, from, -fee);
      add(nonces, from, 1n);
      if (type === types.transfer) {
        add(balances, from, -amountAt(payload, 32));
        add(balances, hexAt(payload, 0), amountAt(payload, 32));
      } else if (type === types.donate) {
        add(balances, from, -amountAt(payload, 0));
        given += amountAt(payload, 0);
        gifts += 1n;
      } else if (type === types.deploy) add(holdings, `${tokenIdOf(from, nonce)}/${from}`, seedOfToken);
      else if (type === types.moveToken) {
        const token = hexAt(payload, 0);
        add(holdings, `${token}/${from}`, -amountAt(payload, 64));
        add(holdings, `${token}/${hexAt(payload, 32)}`, amountAt(payload, 64));
      }
    }
    const tax = (reward * taxPercent) / 100n;
    taxed += tax;
    add(balances, block.sealed.header.producer, reward - tax + fees);
  }
  return {
    balances,
    nonces,
    holdings,
    pool: { balance: taxed + given, totalContributed: given, contributions: gifts },
  };
}

function add(book: Map<string, bigint>, key: string, amount: bigint): void {
  book.set(key, (book.get(key) ?? 0n) + amount);
}

function amountAt(payload: Uint8Array, at: number): bigint {
  return new DataView(payload.buffer, payload.byteOffset).getBigUint64(at);
}

function hexAt(payload: Uint8Array, at: number): string {
  return Buffer.from(payload.subarray(at, at + 32)).toString("hex");
}
