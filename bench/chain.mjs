import { verify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { openBody, openHeader, transactionClaim } from "@swarm-space/chain-sync";
import { domainBytes, memoryStore, systemClock, systemRandom } from "@swarm-space/core";
import { levelStore } from "@swarm-space/store-level";
import { chainByteRows } from "./chain-bytes.mjs";
import { row } from "./report.mjs";
import {
  bodyFrame,
  crowd,
  growBlocks,
  growHeaders,
  hashLoop,
  keyOf,
  openNode,
  payment,
  rulesFor,
} from "./support/chain-node.mjs";

const rounds = 5;
/** Headers of one answer, as Bitcoin sends them. */
const headersPerRun = 2_000;
/** Blocks that go to the store as one batch while a node catches up. */
const blocksPerBatch = 256;
const sizes = { headers: 50_000, signedHeaders: 5_000, blocks: 1_000, nearEmpty: 20_000 };

/** What may be measured alone. */
export const chainParts = ["speed", "bytes"];

/**
 * What a chain costs beside what it cannot do without, hashes and signatures; and what two nodes say to each other.
 * @param o.only both unless given
 */
export async function chainRows({ progress, only = chainParts }) {
  const strange = only.find((part) => !chainParts.includes(part));
  if (strange !== undefined) throw new RangeError(`--only ${strange} is none of ${chainParts.join(", ")}`);
  const people = crowd(64);
  const rows = [];
  if (only.includes("speed")) {
    rows.push(await headersRow(people, progress), await signedHeadersRow(people.slice(0, 5), progress));
    rows.push(await connectRow(people, progress), ...(await nearEmptyRows(people, progress)));
  }
  if (only.includes("bytes")) rows.push(...(await chainByteRows(people, progress)));
  return rows;
}

/** Which machine and which engines the figures are of. */
export const chainBackend = {
  cpu: os.cpus()[0]?.model ?? "unknown CPU",
  cores: os.cpus().length,
  node: process.version,
  ed25519: `node:crypto, OpenSSL ${process.versions.openssl}; raw verify is one thread, the chain has libuv's too`,
  sha256: "@noble/hashes",
  store: "store-level for blocks, memory for headers",
};

async function headersRow(people, progress) {
  const rules = rulesFor(people, { leastDifficulty: 4 });
  progress("headers: growing a chain");
  const frames = await growHeaders(rules, people, sizes.headers);
  const rates = [];
  const hashes = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`headers: round ${round} of ${rounds}`);
    const hashed = hashLoop(frames);
    const rate = await takeHeaders(rules, frames);
    // The first round warms the code.
    if (round === 0) continue;
    hashes.push(hashed);
    rates.push(rate);
  }
  return row({
    name: "headers",
    values: rates,
    unit: "headers/s",
    baseline: hashes,
    goal: "≥ 50,000/s",
    holds: (value) => value >= 50_000,
  });
}

async function signedHeadersRow(people, progress) {
  const producers = people.map(({ account }) => account);
  const rules = rulesFor(people, { consensus: "poa-round-robin", producers });
  const frames = await growHeaders(rules, people, sizes.signedHeaders);
  const claims = frames.map((frame) => {
    const { id, sealed } = held(openHeader(frame)).value;
    return rules.consensus.sealClaim(sealed, id);
  });
  const rates = [];
  const raw = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`signedHeaders: round ${round} of ${rounds}`);
    const verified = rawVerify(claims);
    const rate = await takeHeaders(rules, frames);
    if (round === 0) continue;
    raw.push(verified);
    rates.push(rate);
  }
  return row({
    name: "signedHeaders",
    values: rates,
    unit: "headers/s",
    baseline: raw,
    goal: "≥ 0.8 × raw verify",
    holds: (_, ratio) => ratio >= 0.8,
  });
}

/** From the bytes of headers to headers in the tree and in a store. */
async function takeHeaders(rules, frames) {
  const store = memoryStore({ maxBytes: 2 ** 30 });
  const { chain } = await openNode(rules, store);
  const started = performance.now();
  for (let at = 0; at < frames.length; at += headersPerRun) {
    const run = frames.slice(at, at + headersPerRun).map((frame) => held(openHeader(frame)).value);
    held((await chain.addHeaders(run)).verdict);
  }
  const rate = perSecond(frames.length, started);
  if (chain.tree.best.height !== frames.length) throw new Error(`the tree ends at ${chain.tree.best.height}`);
  return rate;
}

async function connectRow(people, progress) {
  const rules = rulesFor(people);
  progress("connect: growing a chain");
  const nonces = people.map(() => 0n);
  const [miner] = people;
  const blocks = await growBlocks(rules, miner, sizes.blocks, (height) =>
    Array.from({ length: 10 }, (_, place) => {
      const from = (height * 10 + place) % people.length;
      const to = (from + height + 1) % people.length;
      return payment(rules, people[from], people[to], nonces[from]++);
    }),
  );
  const claims = blocks.flatMap(({ transactions }) => transactions.map(transactionClaim));
  const rates = [];
  const raw = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`connect: round ${round} of ${rounds}`);
    const verified = rawVerify(claims);
    const { rate } = await connect(rules, blocks);
    if (round === 0) continue;
    raw.push(verified);
    rates.push(rate * 10);
  }
  return row({
    name: "connect",
    values: rates,
    unit: "transactions/s",
    baseline: raw,
    goal: "≥ 0.75 × raw verify",
    holds: (_, ratio) => ratio >= 0.75,
  });
}

async function nearEmptyRows(people, progress) {
  const rules = rulesFor(people);
  const [miner, payer] = people;
  progress("nearEmpty: growing a chain");
  let nonce = 0n;
  const blocks = await growBlocks(rules, miner, sizes.nearEmpty, (height) =>
    height % 10 === 0 ? [payment(rules, payer, miner, nonce++)] : [],
  );
  const runs = [];
  for (let round = 0; round <= rounds; round++) {
    progress(`nearEmpty: round ${round} of ${rounds}`);
    const run = await connect(rules, blocks);
    if (round > 0) runs.push(run);
  }
  return [
    row({
      name: "nearEmpty",
      values: runs.map(({ rate }) => rate),
      unit: "blocks/s",
      goal: "≥ 1,000/s",
      holds: (value) => value >= 1_000,
    }),
    row({
      name: "nearEmptyLastTenth",
      values: runs.map(({ last }) => last),
      unit: "blocks/s",
      baseline: runs.map(({ first }) => first),
      goal: "≥ 0.9 × the first tenth",
      holds: (_, ratio) => ratio >= 0.9,
    }),
  ];
}

/** From the bytes of headers and bodies to an active chain in LevelDB: blocks a second, of the first and the last tenth, too. */
async function connect(rules, blocks) {
  const frames = blocks.map(bodyFrame);
  const folder = await mkdtemp(join(os.tmpdir(), "swarm-bench-"));
  const store = levelStore({ path: join(folder, "store") }, { clock: systemClock(), random: systemRandom() });
  try {
    await store.open({ signal: AbortSignal.timeout(20_000) });
    const { chain } = await openNode(rules, store);
    for (let at = 0; at < blocks.length; at += headersPerRun) {
      held((await chain.addHeaders(blocks.slice(at, at + headersPerRun))).verdict);
    }
    const tenth = Math.floor(blocks.length / 10);
    const marks = new Map([[0, performance.now()]]);
    for (let at = 0; at < blocks.length; ) {
      const nextTenth = (Math.floor(at / tenth) + 1) * tenth;
      const end = Math.min(at + blocksPerBatch, nextTenth, blocks.length);
      const bodies = frames.slice(at, end).map(({ id, bytes }) => ({ id, transactions: held(openBody(bytes)).value }));
      for (const verdict of await chain.addBodies(bodies)) held(verdict);
      at = end;
      marks.set(at, performance.now());
    }
    const ended = marks.get(blocks.length);
    if (chain.tip.height !== blocks.length) throw new Error(`the chain ends at ${chain.tip.height}`);
    const between = (from, to) => (to - from) / ((marks.get(to) - marks.get(from)) / 1_000);
    return {
      rate: blocks.length / ((ended - marks.get(0)) / 1_000),
      first: between(0, tenth),
      last: between(tenth * 9, tenth * 10),
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The engine alone, with keys that are made already. */
function rawVerify(claims) {
  const keys = new Map();
  const ready = claims.map(({ account, domain, bytes, signature }) => {
    if (!keys.has(account)) keys.set(account, keyOf(account));
    return { key: keys.get(account), message: domainBytes(domain, bytes), signature };
  });
  const started = performance.now();
  for (const { key, message, signature } of ready) {
    if (!verify(null, message, key, signature)) throw new Error("a signature does not hold");
  }
  return perSecond(ready.length, started);
}

function perSecond(count, started) {
  return count / ((performance.now() - started) / 1_000);
}

function held(outcome) {
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.reason}`);
  return outcome;
}
