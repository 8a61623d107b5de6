/** One node's chain on this browser's IndexedDB, told what to do by a test. */
import {
  type Block,
  chainRules,
  defaultPoolLimits,
  draftBlock,
  encodePayload,
  kernelChainStore,
  nameTransaction,
  openChain,
  PoolRoom,
  poolDonate,
  sealDraft,
  type TellChain,
  TransactionPool,
} from "@swarm-space/chain-sync";
import { SwarmError, systemClock } from "@swarm-space/core";
import { idbStore } from "@swarm-space/store-idb";

const miner = "a1".repeat(32);
const rules = chainRules({
  network: "browser",
  leastDifficulty: 1,
  allocations: [{ account: miner, amount: 1_000_000n }],
});

/** What a person would see of the chain. */
export interface ChainView {
  readonly height: number;
  readonly tip: string;
  readonly root: string;
}

/** Codes with which the medium refused headers. */
const unsaved = new Set<string>();

async function open(name: string) {
  const store = idbStore({ name }, { clock: systemClock() });
  await store.open({ signal: AbortSignal.timeout(10_000) });
  const kept = kernelChainStore(store, rules.genesis.block.id);
  // What is tried here is the medium: signatures are checked elsewhere.
  const verifier = { verifyBatch: async (claims: readonly unknown[]) => claims.map(() => true) };
  const pool = new TransactionPool(rules.genesis.block.id, defaultPoolLimits);
  const tell: TellChain = (name, event) => {
    if (name === "chain:unsaved" && "code" in event) unsaved.add(event.code);
  };
  const room = new PoolRoom({ rules, store: kept, verifier, pool, now: () => performance.now(), tell });
  const wall = () => rules.parameters.genesisTime + 10 ** 12;
  const chain = await openChain({ rules, store: kept, verifier, pool: room, wall, tell, maxReorgDepth: 1_024 });
  return { store, kept, chain };
}

let node: Awaited<ReturnType<typeof open>> | undefined;
const own = () => {
  if (node === undefined) throw new Error("no chain is open");
  return node;
};

function view(): ChainView {
  const { tip, state } = own().chain.position;
  return { height: tip.height, tip: tip.id, root: state.root() };
}

async function grow(): Promise<Block> {
  const { tip, state } = own().chain.position;
  const { nonce } = rules.machine.standing(state, miner);
  const gift = nameTransaction({
    version: 1,
    chainId: rules.genesis.block.id,
    type: poolDonate.number,
    from: miner,
    nonce,
    fee: 1n,
    expiryHeight: 1_000_000,
    payload: encodePayload(poolDonate, { amount: 10n }),
    signature: new Uint8Array(64),
  });
  const draft = draftBlock(rules, tip, state, [gift], { producer: miner, now: tip.time + 30_000 });
  if (!draft.ok) throw new Error("not in turn");
  const tools = { signal: new AbortController().signal, sign: async () => new Uint8Array(64), pause: async () => {} };
  return sealDraft(rules, draft, tools);
}

const chain = {
  async open(name: string): Promise<ChainView> {
    node = await open(name);
    return view();
  },
  close: () => own().store.close(),
  /** Makes so many blocks; each is said on the console once it is written. Gives the codes of the verdicts. */
  async mine(count: number): Promise<readonly string[]> {
    const codes: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const verdict = await own().chain.addBlock(await grow());
      codes.push(verdict.ok ? "ok" : `${verdict.code}: ${verdict.reason}`);
      if (verdict.ok) console.info(`written ${view().height} ${view().tip}`);
    }
    return codes;
  },
  view,
  unsaved: () => [...unsaved],
  /** Ids of the active chain, as the store has them, and whether each has its body. */
  async kept(): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let height = 0; height <= own().chain.tip.height; height += 1) {
      const id = await own().kept.activeAt(height);
      const header = id === undefined ? undefined : own().chain.tree.get(id);
      if (header !== undefined && (await own().kept.body(header)) !== undefined) ids.push(header.id);
    }
    return ids;
  },
  /** Fetches the chain of another database anew, as from a peer. */
  async resync(from: string, to: string): Promise<ChainView> {
    const source = await open(from);
    node = await open(to);
    for (let height = 1; height <= source.chain.tip.height; height += 1) {
      const id = (await source.kept.activeAt(height)) ?? "";
      const header = source.chain.tree.get(id);
      if (header === undefined) throw new SwarmError("CHAIN_STORE_CORRUPT", `no header at ${height}`);
      await node.chain.addHeaders([header]);
      await node.chain.addBody(id, (await source.kept.body(header)) ?? []);
    }
    await source.store.close();
    return view();
  },
};

declare global {
  interface Window {
    chain: typeof chain;
  }
}

window.chain = chain;
