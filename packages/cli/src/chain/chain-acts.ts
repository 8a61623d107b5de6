import { type BlockchainSync, coinsText, type TokenEntry, type TokenPlan } from "@swarm-space/chain-sync";
import { failure } from "../failure.ts";
import { printable } from "../printable.ts";
import type { ChainAct, ChainTold } from "./with-chain.ts";

/** What there is: the chain, the own account, the reward pool. */
export function status(chain: BlockchainSync): ChainTold {
  const { account } = chain;
  const stats = chain.getStats();
  const { balance, nonce } = chain.getBalance();
  const { height, tip, peers, tokens, pool, rewardPool } = stats;
  return {
    event: "chain:status",
    detail: { account, balance, nonce, ...stats },
    lines: [
      `account ${account}: ${coinsText(balance)} coins`,
      `block ${height}, ${tip}`,
      `${peers} peers, ${tokens} tokens, ${pool.pending + pool.queued} transactions wait`,
      `reward pool: ${coinsText(rewardPool.balance)} coins, ${coinsText(rewardPool.totalContributed)} of them given`,
    ],
    isNews: false,
  };
}

/** So many blocks, of what waits. */
export function mine(blocks: number, progress: (line: string) => void): ChainAct {
  return async (chain, signal) => {
    const mined: { readonly height: number; readonly id: string; readonly transactions: number }[] = [];
    while (mined.length < blocks) {
      const { id, sealed, transactions } = await chain.mine({ signal });
      mined.push({ height: sealed.header.height, id, transactions: transactions.length });
      if (blocks > 1) progress(`block ${mined.length} of ${blocks}`);
    }
    return {
      event: "chain:mined",
      detail: { account: chain.account, blocks: mined, balance: chain.getBalance().balance },
      lines: mined.map((block) => `block ${block.height}, ${block.id}, ${block.transactions} transactions`),
      isNews: true,
    };
  };
}

/** A transaction that waits for a block from now on. */
export function submit(what: string, write: (chain: BlockchainSync) => Promise<string>): ChainAct {
  return async (chain) => {
    const transaction = await write(chain);
    return {
      event: "chain:submitted",
      detail: { account: chain.account, transaction, what },
      lines: [`${what}: transaction ${transaction} waits for a block`],
      isNews: true,
    };
  };
}

export const send = (to: string, amount: bigint): ChainAct =>
  submit(`${coinsText(amount)} coins to ${to}`, (chain) => chain.transfer(to, amount));

export const donate = (amount: bigint): ChainAct =>
  submit(`${coinsText(amount)} coins to the reward pool`, (chain) => chain.donate(amount));

export const deployToken = (plan: TokenPlan): ChainAct =>
  submit(`token ${plan.ticker}`, (chain) => chain.deployToken(plan));

export const sendToken = (idOrTicker: string, to: string, amount: bigint): ChainAct =>
  submit(`${amount} ${idOrTicker} to ${to}`, (chain) => {
    const token = chain.getToken(idOrTicker);
    if (token === undefined) throw failure("TOKEN_UNKNOWN", `no token ${printable(idOrTicker, 80)} is on this chain`);
    return chain.transferToken(token.id, to, amount);
  });

/** Every token, and what the own account holds of it. */
export function tokens(chain: BlockchainSync): ChainTold {
  const all = chain.getTokens().map((token) => ({ ...token, held: chain.getHolding(token.id) }));
  return {
    event: "chain:tokens",
    detail: { account: chain.account, tokens: all },
    lines: all.length === 0 ? ["no tokens"] : all.map(tokenLine),
    isNews: false,
  };
}

function tokenLine({ ticker, name, supply, maxSupply, held, id }: TokenEntry & { readonly held: bigint }): string {
  return `${ticker} ${printable(name, 64)}: ${supply} of ${maxSupply}, ${held} held here; ${id}`;
}
