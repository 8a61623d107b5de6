import { anyItem, bytesItem, head, listItem, roughly, textItem } from "../cbor.mjs";
import { refuse } from "../refuse.mjs";

const fill = (byte, length = 32) => new Uint8Array(length).fill(byte);
const owner = "01".repeat(32);
const blocks = 40;

/** All that a peer may say of a chain: messages and answers, headers, bodies, transactions, their payloads, locators. */
export async function chainDecoders(load) {
  const wire = await load("chain-sync", "sync/wire");
  const { syncLimits } = await load("chain-sync", "sync/sync-limits");
  const codec = await load("chain-sync", "codec/index");
  const ids = await load("chain-sync", "hashing/ids");
  const { makeLocator, findFork } = await load("chain-sync", "chain/locator");
  const ledger = await load("chain-sync", "ledger/index");
  const { encodeMessage, decodeMessage } = await load("core", "messaging/message-codec");
  const chain = await sampleChain(load, ids);
  const samples = sampleTransactions(ledger, chain.rules);
  const headers = chain.nodes.map(({ sealed }) => codec.encodeSealedHeader(sealed));
  const bodies = [[], samples.slice(0, 1), samples].map((each) => codec.encodeBody(each));
  const transactions = samples.map((each) => codec.encodeTransaction(each));
  const locators = [chain.tip, chain.nodes[7]].map((node) => wire.packIds(makeLocator(node)));

  const readHeader = (bytes) => {
    const { id, sealed } = opened(ids.openHeader(bytes));
    sameBytes(codec.encodeSealedHeader(sealed), bytes);
    if (ids.blockIdOf(sealed.header) !== id) throw new Error("a header has two ids");
    return sealed.header;
  };
  const readTransaction = (bytes) => {
    const transaction = opened(codec.decodeTransaction(bytes));
    sameBytes(codec.encodeTransaction(transaction), bytes);
    if (ids.nameTransaction(transaction, bytes).id !== ids.transactionIdOf(transaction))
      throw new Error("a transaction has two ids");
    return transaction;
  };
  const readBody = (bytes) => {
    const list = opened(codec.decodeBody(bytes));
    sameBytes(codec.encodeBody(list), bytes);
    for (const each of list) ids.nameTransaction(each);
    return list;
  };
  const fork = (locator) => {
    const node = findFork(chain.tree, chain.tip, wire.unpackIds(locator));
    if (chain.tree.get(node.id) !== node) throw new Error("a fork that is not in the tree");
    return node.height;
  };

  const messages = [
    { kind: "tip", header: headers[3] },
    { kind: "tip", header: headers[3], pool: fill(8, 8) },
    { kind: "have", ids: [fill(1), fill(2)] },
    ...locators.map((locator) => ({ kind: "getHeaders", locator })),
    { kind: "getBodies", ids: [fill(3)] },
    { kind: "getTransactions", ids: [fill(4), fill(5), fill(4)] },
  ];
  const answers = [
    { kind: "headers", headers: Buffer.concat(headers.slice(0, 3)) },
    { kind: "headers", headers: new Uint8Array() },
    { kind: "bodies", bodies: [bodies[1], null, bodies[0]] },
    { kind: "transactions", transactions: transactions.slice(0, 2) },
    { kind: "transactions", transactions: [] },
  ];
  const plain = (value) =>
    encodeMessage(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, u8(each)])));

  return [
    {
      name: "chain-message",
      seeds: messages.map(plain),
      make: (random) => makeMessage(random, syncLimits),
      run(bytes) {
        const message = read(wire.messageSchema, decodeMessage(bytes));
        if (message.kind === "tip") readHeader(message.header);
        else if (message.kind === "unknown" || message.kind === "unasked") return message.kind;
        else if (message.kind === "getHeaders") return `getHeaders ${fork(message.locator)}`;
        else if (wire.unpackIds(message.ids).some((id) => !/^[0-9a-f]{64}$/.test(id)))
          throw new Error("an id of no form");
        return message.kind;
      },
    },
    {
      name: "chain-answer",
      seeds: answers.map(plain),
      make: (random) => makeAnswer(random, { headers, bodies, transactions }),
      run(bytes) {
        const answer = read(wire.answerSchema, decodeMessage(bytes));
        if (answer.kind === "headers") {
          const { length } = headers[0];
          for (let at = 0; at < answer.headers.length; at += length)
            readHeader(answer.headers.subarray(at, at + length));
        } else if (answer.kind === "bodies") for (const each of answer.bodies) each !== null && readBody(each);
        else for (const each of answer.transactions) readTransaction(each);
        return answer.kind;
      },
    },
    {
      name: "chain-header",
      seeds: headers.slice(0, 3),
      run: (bytes) => `version ${Math.min(readHeader(bytes).version, 2)}`,
    },
    {
      name: "chain-body",
      seeds: bodies,
      tokens: transactions,
      make: (random) => makeBody(random, transactions),
      run: (bytes) => String(readBody(bytes).length),
    },
    {
      name: "chain-transaction",
      seeds: transactions,
      run: (bytes) => `${readTransaction(bytes).type}`,
    },
    {
      name: "chain-payload",
      seeds: samples.map(({ type, payload }) => Uint8Array.of(type, ...payload)),
      make: (random) => Uint8Array.of(random.integer(12), ...random.bytes(random.integer(120))),
      run: payloadRunner(chain.rules, samples[0]),
    },
    {
      name: "chain-locator",
      seeds: locators.map((locator) => Buffer.concat(locator)).map(u8),
      tokens: chain.nodes.map(({ id }) => u8(Buffer.from(id, "hex"))),
      run(bytes) {
        const locator = Array.from({ length: Math.ceil(bytes.length / 32) }, (_, at) =>
          bytes.slice(at * 32, at * 32 + 32),
        );
        return String(fork(read(wire.messageSchema, { kind: "getHeaders", locator }).locator));
      },
    },
    ...(await descriptionDecoders(load)),
  ];
}

/** What a peer may say on `chain-tokens/1`: marks, questions, descriptions. */
async function descriptionDecoders(load) {
  const wire = await load("chain-sync", "sync/description-wire");
  const codec = await load("chain-sync", "codec/description-codec");
  const { nameDescription } = await load("chain-sync", "hashing/description-id");
  const { encodeMessage, decodeMessage } = await load("core", "messaging/message-codec");
  const descriptions = [
    { seq: 1n, bytes: fill(5, 40) },
    { seq: 2n ** 48n, bytes: new Uint8Array() },
  ].map((each) => ({ chainId: owner, token: "03".repeat(32), signature: fill(9, 64), ...each }));
  const packed = descriptions.map((each) => codec.encodeDescription(each));
  const marks = descriptions.map((each) => codec.encodeMark(nameDescription(each)));
  const readMark = (bytes) => sameBytes(codec.encodeMark(opened(codec.decodeMark(bytes))), bytes);
  const readDescription = (bytes) => {
    const description = opened(codec.decodeDescription(bytes));
    sameBytes(codec.encodeDescription(description), bytes);
    if (nameDescription(description).token !== description.token) throw new Error("a description of another token");
    return description;
  };
  const pick = (random, list) => spoilt(random, list[random.integer(list.length)]);
  const some = (random, list) => roughlyMany(random, random.integer(6), () => bytesItem(pick(random, list)));

  return [
    {
      name: "token-message",
      seeds: [
        { kind: "all", fingerprint: fill(6, 8) },
        { kind: "marks", marks },
        { kind: "get", tokens: [fill(3), fill(4)] },
      ].map((each) => encodeMessage(each)),
      make(random) {
        const kind = ["marks", "get"][random.integer(2)];
        const list =
          kind === "marks" ? some(random, marks) : roughlyMany(random, random.integer(19), () => idItem(random));
        return mapItem(random, [
          ["kind", textItem(kind)],
          [kind === "marks" ? "marks" : "tokens", list],
        ]);
      },
      run(bytes) {
        const message = read(wire.descriptionMessage, decodeMessage(bytes));
        if (message.kind === "marks") for (const each of message.marks) readMark(each);
        return message.kind;
      },
    },
    {
      name: "token-answer",
      seeds: [packed, []].map((each) => encodeMessage({ kind: "descriptions", descriptions: each })),
      make: (random) =>
        mapItem(random, [
          ["kind", textItem("descriptions")],
          ["descriptions", some(random, packed)],
        ]),
      run(bytes) {
        const { descriptions: list } = read(wire.descriptionsAnswer, decodeMessage(bytes));
        for (const each of list) readDescription(each);
        return String(list.length);
      },
    },
    {
      name: "token-mark",
      seeds: marks,
      run(bytes) {
        readMark(bytes);
        return "mark";
      },
    },
    {
      name: "token-description",
      seeds: packed,
      run: (bytes) => `${Math.min(readDescription(bytes).bytes.length, 2)}`,
    },
  ];
}

/** A genesis and some blocks on it. Their seals are of nobody: whose they are is asked behind the decoders. */
async function sampleChain(load, ids) {
  const { chainRules } = await load("chain-sync", "chain/rules");
  const { HeaderTree } = await load("chain-sync", "chain/header-tree");
  const rules = chainRules({ network: "fuzz", allocations: [{ account: owner, amount: 10n ** 15n }] });
  const { block } = rules.genesis;
  const tree = new HeaderTree(block, rules.consensus, rules.forkChoice);
  const nodes = [tree.genesis];
  for (let height = 1; height <= blocks; height += 1) {
    const parent = nodes[height - 1];
    const { time } = parent.sealed.header;
    const header = { ...block.sealed.header, chainId: block.id, height, parent: parent.id, time: time + 30_000 };
    nodes.push(tree.add(ids.blockIdOf(header), { header, seal: block.sealed.seal }, parent, "valid"));
  }
  return { rules, tree, nodes, tip: nodes.at(-1) };
}

/** One of each type of the ledger's own, as the first of an account that has something. */
function sampleTransactions(ledger, rules) {
  const to = "02".repeat(32);
  const token = ledger.tokenIdOf(owner, 0n);
  const payloads = [
    [ledger.transfer, { to, amount: 5n }],
    [ledger.poolDonate, { amount: 7n }],
    [ledger.poolPayout(rules.parameters), { to, amount: 1n }],
    [ledger.tokenDeploy, { ticker: "FUZZ", name: "Fuzzé", maxSupply: ledger.tokenRules.mostSupply, metaHash: to }],
    [ledger.tokenMint, { to, amount: 3n }],
    [ledger.tokenTransfer, { token, to, amount: 3n }],
    [ledger.tokenBurn, { token, amount: 3n }],
    [ledger.tokenMeta, { metaHash: to }],
    [ledger.tokenClose, {}],
  ];
  return payloads.map(([type, payload]) => ({
    version: 1,
    chainId: rules.genesis.block.id,
    type: type.number,
    from: owner,
    nonce: 0n,
    fee: 1_000n,
    expiryHeight: 1_000,
    payload: ledger.encodePayload(type, payload),
    signature: fill(9, 64),
  }));
}

/** The first byte is the type, the rest its payload: opened, and carried out on the state of the genesis. */
function payloadRunner({ machine, genesis, parameters }, sample) {
  const context = { height: 1, time: parameters.genesisTime + 30_000, producer: owner };
  return (bytes) => {
    const transaction = { ...sample, type: bytes[0] ?? 0, payload: bytes.slice(1) };
    if (machine.cost(transaction) < transaction.fee) throw new Error("a payload that makes money");
    const verdict = machine.checkTransaction(genesis.state, transaction, context);
    const block = machine.applyBlock(genesis.state, context, [transaction]);
    if (block.ok !== verdict.ok)
      throw new Error("a transaction that is good alone and bad in a block, or the other way");
    if (verdict.code === "TRANSACTION_PAYLOAD" || verdict.code === "TRANSACTION_TYPE") refuse(verdict.code);
    if (!verdict.ok && verdict.reason.includes(" threw: ")) throw new Error(verdict.reason);
    return `${transaction.type} ${verdict.ok ? "holds" : verdict.code}`;
  };
}

function read(schema, value) {
  const parsed = schema.safeParse(value);
  if (!parsed.success) refuse(parsed.error.issues[0]?.code ?? "no known form");
  return parsed.data;
}

function opened(outcome) {
  if (!outcome.ok) refuse(outcome.code);
  return outcome.value;
}

function sameBytes(again, bytes) {
  if (Buffer.compare(again, bytes) !== 0) throw new Error("what was decoded is encoded otherwise");
}

/** The codec takes no Buffer: to it that is an instance of a class. */
function u8(value) {
  return Buffer.isBuffer(value) ? Uint8Array.from(value) : value;
}

function mapItem(random, entries) {
  const kept = entries.filter(() => !random.chance(0.04));
  const values = kept.map(([key, item]) => [...textItem(key), ...(random.chance(0.06) ? anyItem(random, 2) : item)]);
  if (random.chance(0.04)) values.push([...textItem("extra"), ...anyItem(random, 1)]);
  return Uint8Array.from([...head(5, values.length), ...values.flat()]);
}

const idItem = (random) => bytesItem(random.bytes(random.chance(0.97) ? 32 : random.integer(70)));

function makeMessage(random, { locatorIds, bodiesPerRequest }) {
  const most = random.chance(0.9) ? 5 : [locatorIds, bodiesPerRequest][random.integer(2)] + 2;
  const list = roughlyMany(random, random.integer(most), () => idItem(random));
  const kinds = ["have", "getBodies", "getTransactions", "getHeaders"];
  const kind = kinds[random.integer(kinds.length)];
  return mapItem(random, [
    [kind === "getHeaders" ? "locator" : "ids", list],
    ["kind", textItem(kind)],
  ]);
}

function makeAnswer(random, { headers, bodies, transactions }) {
  const pick = (list) => list[random.integer(list.length)];
  const some = (item) => roughlyMany(random, random.integer(6), item);
  switch (random.integer(3)) {
    case 0:
      return mapItem(random, [
        ["kind", textItem("headers")],
        [
          "headers",
          bytesItem(Buffer.concat(Array.from({ length: random.integer(6) }, () => spoilt(random, pick(headers))))),
        ],
      ]);
    case 1:
      return mapItem(random, [
        ["kind", textItem("bodies")],
        ["bodies", some(() => (random.chance(0.2) ? [0xf6] : bytesItem(spoilt(random, pick(bodies)))))],
      ]);
    default:
      return mapItem(random, [
        ["kind", textItem("transactions")],
        ["transactions", some(() => bytesItem(spoilt(random, pick(transactions))))],
      ]);
  }
}

function makeBody(random, transactions) {
  const parts = Array.from({ length: random.integer(6) }, () => transactions[random.integer(transactions.length)]);
  const count = random.chance(0.9) ? parts.length : random.integer(0x1_0000);
  return Uint8Array.from(
    Buffer.concat([Uint8Array.of(count >> 8, count & 255), ...parts.map((part) => spoilt(random, part))]),
  );
}

const roughlyMany = (random, count, item) =>
  random.chance(0.8)
    ? listItem(Array.from({ length: count }, item), random)
    : roughly(random, Array.from({ length: count }, item));

/** As it is, or with one byte changed, or cut. */
function spoilt(random, bytes) {
  if (random.chance(0.7)) return bytes;
  if (random.chance(0.3)) return bytes.subarray(0, random.integer(bytes.length + 1));
  const copy = Uint8Array.from(bytes);
  copy[random.integer(copy.length)] ^= 1 << random.integer(8);
  return copy;
}
