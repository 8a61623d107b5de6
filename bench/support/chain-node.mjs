import { createPublicKey } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  blockIdOf,
  chainRules,
  defaultPoolLimits,
  draftBlock,
  encodeBody,
  encodePayload,
  encodeSealedHeader,
  HeaderTree,
  kernelChainStore,
  nameTransaction,
  openChain,
  PoolRoom,
  sealDraft,
  signingDomains,
  strictSignatures,
  TransactionPool,
  transactionIdOf,
  transfer,
} from "@swarm-space/chain-sync";
import { domainBytes, recentKeyVerdicts, strictVerifier } from "@swarm-space/core";
import { nodeEd25519 } from "@swarm-space/core/node";

const engine = nodeEd25519();
const blockTimeMs = 30_000;

/** As a node of the kernel checks signatures. */
export const kernelVerifier = () => strictSignatures(strictVerifier(engine, recentKeyVerdicts(4_096)));

/** So many people with keys. */
export function crowd(count) {
  return Array.from({ length: count }, (_, at) => {
    const seed = new Uint8Array(32).fill(7);
    new DataView(seed.buffer).setUint32(0, at + 1);
    const signer = engine.signer(seed);
    return { account: Buffer.from(signer.publicKey).toString("hex"), signer };
  });
}

/** Rules in which these people have coins, or are the authorities. */
export function rulesFor(people, changed = {}) {
  const allocations = people.map(({ account }) => ({ account, amount: 1_000_000_000n }));
  return chainRules({ network: "bench", leastDifficulty: 1, blockTimeMs, allocations, ...changed });
}

/** A payment of one unit with its sender's signature. */
export function payment(rules, from, to, nonce) {
  const body = {
    version: 1,
    chainId: rules.genesis.block.id,
    type: transfer.number,
    from: from.account,
    nonce,
    fee: 1n,
    expiryHeight: 0xffff_ffff,
    payload: encodePayload(transfer, { to: to.account, amount: 1n }),
  };
  const id = Buffer.from(transactionIdOf(body), "hex");
  return nameTransaction({
    ...body,
    signature: from.signer.sign(domainBytes(signingDomains.transaction, id)),
  });
}

const tools = ({ signer }) => ({
  signal: new AbortController().signal,
  sign: async (domain, bytes) => signer.sign(domainBytes(domain, bytes)),
  pause: async () => {},
});

/** A chain of `count` headers as they come over the wire: their roots are made up, for who takes headers reads no body. */
export async function growHeaders(rules, people, count) {
  const { consensus, genesis } = rules;
  const tree = new HeaderTree(genesis.block, consensus, rules.forkChoice);
  const frames = [];
  let tip = tree.genesis;
  let now = rules.parameters.genesisTime + blockTimeMs;
  for (let at = 0; at < count; at++) {
    const producer = people[(at + 1) % people.length];
    const turn = consensus.turn(tip, producer.account, now);
    if (!turn.ok) throw new Error("not in turn");
    const { header } = genesis.block.sealed;
    const sealed = await consensus.seal(
      {
        ...header,
        chainId: genesis.block.id,
        height: at + 1,
        parent: tip.id,
        time: turn.time,
        difficulty: turn.difficulty,
        producer: producer.account,
      },
      tools(producer),
    );
    const frame = encodeSealedHeader(sealed);
    const id = blockIdOf(sealed.header);
    tip = tree.add(id, sealed, tip);
    frames.push(frame);
    // The clocks of a network are no pendulum: the difficulty has something to follow.
    now += rules.parameters.consensus === "pow-sha256" ? blockTimeMs + ((at * 7_919) % 20_000) - 10_000 : blockTimeMs;
  }
  return frames;
}

/** Valid blocks, one on the other. `bodyAt(height)` gives the transactions. */
export async function growBlocks(rules, producer, count, bodyAt) {
  const tree = new HeaderTree(rules.genesis.block, rules.consensus, rules.forkChoice);
  const blocks = [];
  let { state } = rules.genesis;
  let tip = tree.genesis;
  for (let height = 1; height <= count; height++) {
    const now = rules.parameters.genesisTime + height * blockTimeMs;
    const draft = draftBlock(rules, tip, state, bodyAt(height), { producer: producer.account, now });
    if (!draft.ok) throw new Error("not in turn");
    const block = await sealDraft(rules, draft, tools(producer));
    const { time } = block.sealed.header;
    const transactions = block.transactions.map(({ transaction }) => transaction);
    const applied = rules.machine.applyBlock(state, { height, time, producer: producer.account }, transactions);
    if (!applied.ok) throw new Error(applied.reason);
    state = state.with(applied.delta);
    tip = tree.add(block.id, block.sealed, tip);
    blocks.push(block);
  }
  return blocks;
}

/** A node's chain on a store. Its clock is ahead of every block. */
export async function openNode(rules, store, { verifier = kernelVerifier(), tell = () => {} } = {}) {
  const chainStore = kernelChainStore(store, rules.genesis.block.id);
  const pool = new TransactionPool(rules.genesis.block.id, defaultPoolLimits);
  const room = new PoolRoom({ rules, store: chainStore, verifier, pool, now: () => 0, tell });
  const wall = () => rules.parameters.genesisTime + 10 ** 13;
  const chain = await openChain({ rules, store: chainStore, verifier, pool: room, wall, tell, maxReorgDepth: 1_024 });
  return { chain, room, pool };
}

/** A block's body as it comes over the wire. */
export function bodyFrame({ id, transactions }) {
  return { id, bytes: encodeBody(transactions.map(({ transaction }) => transaction)) };
}

/** The engine's own object of an account's key. */
export function keyOf(account) {
  const x = Buffer.from(account, "hex").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

/** How many headers a second could be hashed if that were all. */
export function hashLoop(frames) {
  const started = performance.now();
  for (const frame of frames) sha256(frame.subarray(0, 202));
  return frames.length / ((performance.now() - started) / 1_000);
}
