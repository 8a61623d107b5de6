import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket, { WebSocketServer } from "ws";
import { row } from "./report.mjs";
import { growBlocks, payment, rulesFor } from "./support/chain-node.mjs";
import { chainPair } from "./support/chain-pair.mjs";
import { until } from "./support/letter-flow.mjs";

const rounds = 5;
const transactionsPerBlock = 50;
/** The shortest that a node can be given; what is counted is the bytes of one beat, however often it comes. */
const beatMs = 1_000;

/** What two nodes say to each other, in bytes of both at their sockets: sealing, acknowledgements and frames included. */
export async function chainByteRows(people, progress) {
  const rules = rulesFor(people);
  return [
    ...(await newBlockRows(rules, people, progress)),
    await oneInThousandRow(rules, people, progress),
    await idleBeatRow(rules, progress),
  ];
}

/** A block of fifty transactions: to a node that has none of them, and to one that has them all. */
async function newBlockRows(rules, people, progress) {
  const pay = purse(rules, people);
  await using pair = await chainPair(rules);
  const [unheard, heard, bodies] = [[], [], []];
  for (let round = 0; round <= rounds; round++) {
    progress(`newBlockBytes: round ${round} of ${rounds}`);
    const cold = await newBlock(pair, pay(transactionsPerBlock));
    await submit(pair, pay(transactionsPerBlock));
    await until(() => pair.two.chain.getPending().length === transactionsPerBlock);
    await pair.quiet();
    const warm = await newBlock(pair, []);
    // In the first round both find out about the link.
    if (round === 0) continue;
    unheard.push(cold.bytes);
    heard.push(warm.bytes);
    bodies.push(cold.block.sealed.header.bodyBytes);
  }
  const block = { unit: "B", baseline: bodies };
  return [
    row({
      ...block,
      name: "newBlockBytes",
      values: unheard,
      goal: "≤ 1.1 × its body",
      holds: (_, ratio) => ratio <= 1.1,
    }),
    row({ ...block, name: "newBlockKnown", values: heard, goal: "≤ 1,000 B", holds: (value) => value <= 1_000 }),
  ];
}

/** A block of ten transactions on a thousand others, beside a protocol that sends the whole chain. */
async function oneInThousandRow(rules, people, progress) {
  progress("oneInThousand: growing a chain");
  const pay = purse(rules, people);
  const blocks = await growBlocks(rules, people[0], 1_000, () => pay(10));
  await using pair = await chainPair(rules, { blocks });
  const [own, naive] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    progress(`oneInThousand: round ${round} of ${rounds}`);
    const { block, bytes } = await newBlock(pair, pay(10));
    blocks.push(block);
    if (round === 0) continue;
    own.push(bytes);
    naive.push(await fullChainBytes(blocks));
  }
  return row({
    name: "oneInThousand",
    values: own,
    unit: "B",
    baseline: naive,
    goal: "≤ 1/980 of the full chain",
    holds: (_, ratio) => ratio <= 1 / 980,
  });
}

/** What a beat adds to a link on which nothing else is said; of one node to one peer, with its acknowledgement. */
async function idleBeatRow(rules, progress) {
  await using pair = await chainPair(rules, { interval: beatMs });
  const nodes = [pair.one, pair.two];
  const heard = () => nodes.reduce((sum, { chain }) => sum + chain.getStats().perTransport["ws"].in, 0);
  const bytesOfBeats = [];
  for (let round = 1; round <= rounds; round++) {
    progress(`idleBeat: round ${round} of ${rounds}`);
    for (const { chain } of nodes) await chain.start();
    await pair.quiet();
    const before = heard();
    const told = await bytesIn(pair, beatMs * 4);
    const beats = heard() - before;
    for (const { chain } of nodes) await chain.stop();
    await pair.quiet();
    const silent = await bytesIn(pair, beatMs * 4);
    bytesOfBeats.push((told - silent) / beats);
  }
  return row({
    name: "idleBeat",
    values: bytesOfBeats,
    unit: "B",
    goal: "≤ 400 B",
    holds: (value) => value <= 400,
  });
}

/** Mined at the one, and at the other when nothing more is said. */
async function newBlock({ one, two, bytesOf }, transactions) {
  let block;
  const bytes = await bytesOf(async () => {
    await submit({ one }, transactions);
    block = await one.chain.mine();
    await until(() => two.chain.getStats().tip === block.id);
  });
  return { block, bytes };
}

async function submit({ one }, transactions) {
  for (const { transaction } of transactions) await one.chain.submitTransaction(transaction);
}

/** Gives so many payments, each of the next person: no account has many that wait. */
function purse(rules, people) {
  const nonces = people.map(() => 0n);
  let at = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      const from = at++ % people.length;
      return payment(rules, people[from], people[(from + 1) % people.length], nonces[from]++);
    });
}

async function bytesIn({ sent }, ms) {
  const before = sent();
  await pause(ms);
  return sent() - before;
}

/** As the seed has it: who asks is given the chain, as JSON, over a bare WebSocket. Its transactions bear no signatures. */
async function fullChainBytes(blocks) {
  const chain = blocks.map(({ id, sealed: { header }, transactions }) => ({
    index: header.height,
    timestamp: new Date(header.time).toISOString(),
    previousHash: header.parent,
    hash: id,
    nonce: Number(header.nonce),
    difficulty: header.difficulty,
    miner: header.producer,
    transactions: transactions.map(({ id: name, transaction }) => ({
      id: name,
      type: "transfer",
      from: transaction.from,
      to: Buffer.from(transaction.payload.subarray(0, 32)).toString("hex"),
      amount: 1,
      fee: Number(transaction.fee),
      nonce: Number(transaction.nonce),
    })),
  }));
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  let given;
  server.on("connection", (socket, { socket: stream }) => {
    socket.on("message", () => {
      const before = stream.bytesWritten;
      socket.send(JSON.stringify({ type: "send_chain", chain }), () => (given = stream.bytesWritten - before));
    });
  });
  const asker = new WebSocket(`ws://127.0.0.1:${server.address().port}`, { maxPayload: 2 ** 30 });
  await once(asker, "open");
  const question = JSON.stringify({ type: "request_chain" });
  asker.send(question);
  await once(asker, "message");
  await until(() => given !== undefined);
  asker.terminate();
  server.close();
  return given + question.length;
}
