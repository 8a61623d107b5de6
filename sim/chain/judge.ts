import { accountOf, StateTree } from "@swarm-space/chain-sync";
import { chainOf, type Page } from "./book.ts";
import type { ChainNode } from "./chain-node.ts";
import { reckon } from "./plain-ledger.ts";
import type { ChainTown } from "./town.ts";

/** Where the shipped store keeps the state. */
const stateNamespaces = ["accounts", "rewardPool", "profileTokens", "chainState"];

/** Whether all honest nodes stand on the best block that one of them has. */
export function areTogether(town: ChainTown): boolean {
  const { best } = town.book;
  return town.nodes.every(({ blockchain }) => blockchain?.getStats().tip === best.id);
}

/** Transactions that were taken and are neither in the best chain nor at every node that could mine them. */
export function lostOf(town: ChainTown): readonly string[] {
  const inChain = idsIn(town.book.best);
  const pools = town.nodes.map(({ blockchain }) => new Set(blockchain?.getPending().map(({ id }) => id) ?? []));
  return [...town.submitted.keys()].filter((id) => !inChain.has(id) && !pools.every((pool) => pool.has(id)));
}

/** Whether nothing waits any more. */
export function isMinedOut(town: ChainTown): boolean {
  return town.nodes.every(({ blockchain }) => blockchain?.getPending().length === 0);
}

/** At the end, when nothing is on its way. */
export function judgeEnd(town: ChainTown, allocation: bigint): void {
  const { best } = town.book;
  const chain = chainOf(best);
  const accounts = town.nodes.map(({ id }) => accountOf(id));
  const plain = reckon(chain, new Map(accounts.map((account) => [account, allocation])));
  for (const [at, node] of town.nodes.entries()) {
    const { blockchain } = node;
    if (blockchain === undefined) {
      town.breach("stuck", `node ${at} is down`);
      continue;
    }
    const { tip, height } = blockchain.getStats();
    if (tip !== best.id) {
      town.breach(
        "apart",
        `node ${at} stands at height ${height} (${tip.slice(0, 8)}), the best is ${best.height} (${best.id.slice(0, 8)})`,
      );
      continue;
    }
    const root = rootOnDisk(node);
    if (root !== undefined && root !== best.block.sealed.header.stateRoot)
      town.breach("wrong state", `node ${at}: what lies on its disk has another root`);
    for (const [account, balance] of plain.balances) {
      const entry = blockchain.getBalance(account);
      if (entry.balance !== balance || entry.nonce !== (plain.nonces.get(account) ?? 0n))
        town.breach("wrong state", `node ${at}: ${account.slice(0, 8)} has ${entry.balance}, not ${balance}`);
    }
    const { balance, totalContributed, contributions } = blockchain.getRewardPool();
    if (
      balance !== plain.pool.balance ||
      totalContributed !== plain.pool.totalContributed ||
      contributions !== plain.pool.contributions
    )
      town.breach("wrong state", `node ${at}: the reward pool holds ${balance}, not ${plain.pool.balance}`);
    for (const [key, amount] of plain.holdings) {
      const [token = "", account = ""] = key.split("/");
      if (blockchain.getHolding(token, account) !== amount)
        town.breach("wrong state", `node ${at}: a token is held otherwise`);
    }
  }
  const lost = lostOf(town);
  if (lost.length > 0)
    town.breach(
      "lost",
      `${lost.length} transactions, of ${lost
        .map((id) => `node ${town.submitted.get(id)}: ${id.slice(0, 8)} is at ${holders(town, id)}`)
        .slice(0, 4)
        .join("; ")}`,
    );
  if (
    new Set(chain.flatMap((page) => page.block.transactions.map(({ id }) => id))).size !==
    chain.reduce((sum, page) => sum + page.block.transactions.length, 0)
  )
    town.breach("wrong state", "a transaction stands in the chain twice");
}

function holders(town: ChainTown, id: string): string {
  const at = town.nodes.flatMap(({ blockchain }, node) =>
    blockchain?.getPending().some((each) => each.id === id) ? [node] : [],
  );
  return at.length === 0 ? "none" : at.join(", ");
}

function idsIn(page: Page): ReadonlySet<string> {
  return new Set(chainOf(page).flatMap(({ block }) => block.transactions.map(({ id }) => id)));
}

/** Undefined where it keeps nothing on a disk. */
function rootOnDisk({ disk }: ChainNode): string | undefined {
  const entries = new Map(stateNamespaces.flatMap((name) => [...disk.part(name)]));
  return entries.size === 0 ? undefined : StateTree.of(entries).root();
}
