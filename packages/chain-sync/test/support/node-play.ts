import { memoryStore, type Store, type StoreOperation } from "@swarm-space/core";
import type { ChainRules } from "../../src/chain/rules.ts";
import { StateTree } from "../../src/hashing/state-tree.ts";
import type { ChainEvents } from "../../src/live/chain-events.ts";
import type { NodeChain } from "../../src/live/node-chain.ts";
import { openChain } from "../../src/live/open-chain.ts";
import { PoolRoom } from "../../src/live/pool-room.ts";
import type { Block, SignatureVerifier } from "../../src/model/index.ts";
import { defaultPoolLimits } from "../../src/pool/pool-limits.ts";
import { TransactionPool } from "../../src/pool/transaction-pool.ts";
import { namespaces, stateNamespaces } from "../../src/store/chain-namespaces.ts";
import { kernelChainStore } from "../../src/store/kernel-chain-store.ts";
import { trusting } from "./chain-play.ts";

export interface PlayNode {
  readonly chain: NodeChain;
  readonly room: PoolRoom;
  readonly pool: TransactionPool;
  readonly events: { readonly name: keyof ChainEvents; readonly event: ChainEvents[keyof ChainEvents] }[];
}

/** A node's chain on a store, its clock far ahead of every block. */
export async function openNode(
  rules: ChainRules,
  store: Store,
  o: { readonly verifier?: SignatureVerifier; readonly maxReorgDepth?: number; readonly wall?: () => number } = {},
): Promise<PlayNode> {
  const { verifier = trusting, maxReorgDepth = 1_024, wall = () => rules.parameters.genesisTime + 10 ** 11 } = o;
  const chainStore = kernelChainStore(store, rules.genesis.block.id);
  const pool = new TransactionPool(rules.genesis.block.id, defaultPoolLimits);
  const events: PlayNode["events"] = [];
  const tell = <Name extends keyof ChainEvents>(name: Name, event: ChainEvents[Name]) =>
    void events.push({ name, event });
  const room = new PoolRoom({ rules, store: chainStore, verifier, pool, now: () => 0, tell });
  const chain = await openChain({ rules, store: chainStore, verifier, pool: room, wall, tell, maxReorgDepth });
  return { chain, room, pool, events };
}

export async function deliver({ chain }: PlayNode, blocks: readonly Block[]): Promise<readonly string[]> {
  const codes: string[] = [];
  for (const block of blocks) {
    const verdict = await chain.addBlock(block);
    codes.push(verdict.ok ? "ok" : verdict.code);
  }
  return codes;
}

/** Root of the state that lies in the store, entry by entry. */
export async function keptRoot(store: Store): Promise<string> {
  const entries = new Map<string, Uint8Array>();
  for (const name of stateNamespaces) {
    for await (const [key, value] of store.namespace(name).range()) entries.set(key, value);
  }
  return StateTree.of(entries).root();
}

/** Ids of the active chain as the store's index names them. */
export async function keptIds(store: Store): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const [, value] of store.namespace("activeChain").range()) ids.push(new TextDecoder().decode(value));
  return ids;
}

/** All that a store holds of the chain, to be put into another, or compared. */
export async function contentsOf(store: Store): Promise<readonly StoreOperation[]> {
  const operations: StoreOperation[] = [];
  for (const namespace of Object.values(namespaces)) {
    for await (const [key, value] of store.namespace(namespace).range())
      operations.push({ type: "put", namespace, key, value });
  }
  return operations;
}

/** A store that holds this. */
export async function storeOf(contents: readonly StoreOperation[]): Promise<Store> {
  const store = memoryStore();
  await store.batch(contents, { durable: true });
  return store;
}
