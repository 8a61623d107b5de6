import { anyJson, shuffled, textBytes, textOf } from "../json.mjs";
import { refuse } from "../refuse.mjs";

const wallMs = 1_800_000_000_000;
const soul = "swarm/inbox";
const mailbox = "swarm/mail/bob";
const node = (name, values, state = 1) => ({
  [name]: { _: { "#": name, ">": Object.fromEntries(Object.keys(values).map((key) => [key, state])) }, ...values },
});
const messages = [
  { "#": "abc123", put: node(soul, { k1: "dmFsdWU=", k2: null }) },
  {
    "#": "abc124",
    put: { ...node(soul, { k1: "b3RoZXI=" }, 2), ...node("other", { a: "b" }, wallMs) },
    ok: { "@": 1 },
  },
  { "#": "abc125", get: { "#": soul } },
  { "#": "abc126", get: { "#": soul, ".": "k1" } },
  { "#": "abc127", "@": "abc125", put: node(soul, { k3: "x" }, 1.5), "##": 12345 },
  { "#": "abc128", dam: "?", pid: "peer1" },
  { "#": "abc129", "@": "abc124", ok: { "": 1 }, err: null },
  { "#": "abc130", dam: "hi", "><": "a,b" },
  { "#": "abc131", put: node(mailbox, { letter1: "c2VhbGVk" }), ok: { "@": 1 } },
  { "#": "abc132", put: node(mailbox, { letter1: null }, 2) },
  { "#": "abc133", get: { "#": mailbox } },
];
const hostile = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "put",
  "get",
  "#",
  ">",
  "_",
  "dam",
  "##",
].map((name) => `"${name}"`);
const tokens = [...hostile, "[", "{", "]", "}", ",", ":", "null", "1e999", "-1", '"', "\\u005f"].map(textBytes);

/** What a Gun relay hears of a client, and a client of a relay: the guard, and the real Gun behind it. */
export async function gunDecoders(load) {
  const { createGuard, clientLimits, relayLimits } = await load("gun-driver", "guard");
  const { GuardedClient } = await load("gun-driver", "client");
  const { RelayCore } = await load("gun-driver", "relay/relay-core");
  const { settleMail } = await load("gun-driver", "relay/mail-rules");
  const { RelayPeer } = await load("gun-driver", "relay/relay-peer");
  const { isPrototypeName } = await load("gun-driver", "names");
  const { SeededRandom } = await load("testkit", "random/seeded-random");
  const seeds = [...messages, messages, [messages[0], null, 1, []]].map((message) =>
    textBytes(JSON.stringify(message)),
  );
  const make = (random) => {
    const message = messages[random.integer(messages.length)];
    if (random.chance(0.1)) return textBytes(anyJson(random));
    const count = random.chance(0.8) ? 1 : 1 + random.integer(6);
    const list = Array.from({ length: count }, () => shuffled(random, message));
    return textBytes(JSON.stringify(count === 1 ? list[0] : list));
  };
  const judge = (guard, text) => {
    const { accepted, rejected } = guard(text, wallMs);
    for (const message of accepted) refuseHostile(message, isPrototypeName);
    if (accepted.length === 0) refuse(rejected.map((each) => each.code).join(" "));
    return `${accepted
      .map((message) => Object.keys(message).join(""))
      .join(" ")
      .slice(0, 80)}`;
  };
  const parts = {
    settleMail,
    GuardedClient,
    RelayCore,
    RelayPeer,
    SeededRandom,
    createGuard,
    clientLimits,
    relayLimits,
  };
  return [
    {
      name: "gun-client",
      seeds,
      make,
      tokens,
      run: runner(judge, clientLimits, (clock) => clientStage(clock, parts), parts),
    },
    {
      name: "gun-relay",
      seeds,
      make,
      tokens,
      run: runner(judge, relayLimits, (clock) => relayStage(clock, parts), parts),
    },
  ];
}

/** The guard alone, then a whole client or relay with Gun in it, made anew now and then. */
function runner(judge, limits, makeStage, { createGuard }) {
  const guard = createGuard(limits);
  let stage;
  let left = 0;
  return (bytes) => {
    const text = textOf(bytes);
    const verdict = judge(guard, text);
    if (left-- === 0) {
      stage?.end();
      stage = makeStage(handClock());
      left = 4_000;
    }
    stage.hear(text);
    stage.clock.advance(1);
    if (stage.errors() > 0) {
      left = 0;
      throw new Error("Gun threw behind its guard");
    }
    return verdict;
  };
}

function clientStage(clock, { GuardedClient, SeededRandom, createGuard, clientLimits }) {
  let events;
  const gone = Promise.resolve();
  const dial = (_url, heard) => {
    events = heard;
    return { bufferedBytes: 0, send() {}, close() {}, abort() {}, gone };
  };
  const client = new GuardedClient(
    { relays: ["ws://relay/gun"], clock, random: new SeededRandom(1), dial },
    createGuard(clientLimits),
  );
  client.open();
  events.onOpen();
  for (const name of [soul, mailbox, "other"]) client.subscribe(name, () => undefined);
  return {
    clock,
    hear: (text) => events.onText(text),
    errors: () => client.stats.errors,
    end: () => void client.close(),
  };
}

function relayStage(clock, { settleMail, RelayCore, RelayPeer, SeededRandom, createGuard, relayLimits }) {
  const core = new RelayCore({
    clock,
    random: new SeededRandom(1),
    relayInterestTtlMs: 60_000,
    mail: settleMail({ isMailbox: (name) => name === mailbox }),
    keepIn: undefined,
    store: {
      retentionOf: () => ({ ttlMs: 1_000, maxKeys: 64 }),
      tombstoneTtlMs: 1_000,
      maxBytes: 1 << 20,
      maxKeys: 4_096,
    },
  });
  const socket = { bufferedBytes: 0, send() {}, close() {}, pause() {}, resume() {} };
  const rates = { framesPerSecond: 1e9, bytesPerSecond: 1e12, itemsPerSecond: 1e9 };
  const peers = [false, true].map(
    (isRelay, at) =>
      new RelayPeer({
        id: `peer${at}`,
        guard: createGuard(relayLimits),
        remote: "127.0.0.1",
        isRelay,
        maxInterests: 64,
        maxBufferedBytes: 1 << 20,
        rates,
        clock,
        socket,
      }),
  );
  for (const peer of peers) core.join(peer);
  let turn = 0;
  return {
    clock,
    hear: (text) => core.hear(text, peers[turn++ % 2]),
    errors: () => core.counts.errors,
    end: () => core.end(),
  };
}

/** Time that moves when told to. */
function handClock() {
  let now = 0;
  const timers = new Set();
  return {
    now: () => now,
    wall: () => wallMs + now,
    timer(delayMs, fn) {
      const timer = { at: now + delayMs, fn, [Symbol.dispose]: () => void timers.delete(timer) };
      timers.add(timer);
      return timer;
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now || !timers.delete(timer)) continue;
        timer.fn();
      }
    },
  };
}

function refuseHostile(value, isPrototypeName, depth = 0) {
  if (typeof value !== "object" || value === null) return;
  if (depth > 8) throw new Error("the guard let nesting through");
  for (const [key, each] of Object.entries(value)) {
    if (isPrototypeName(key)) throw new Error(`the guard let the name ${key} through`);
    if (depth > 0 && key === "#" && isPrototypeName(each)) throw new Error(`the guard let the soul ${each} through`);
    refuseHostile(each, isPrototypeName, depth + 1);
  }
}

/** What travels in Gun's values: packets of virtual connections, and records of presence. */
export async function packetDecoders(load) {
  const packets = await load("gun-driver", "road/packet");
  const { fromBase64, toBase64 } = await load("gun-driver", "road/base64");
  const presence = await load("gun-driver", "road/presence-record");
  const id = "abcdefghij-_";
  const inbox = "ABCDEFGHIJKLMNOPQRSTUVWX";
  const ack = { next: 5, beyond: 9 };
  const body = packets.joinFrames([new Uint8Array(20), new Uint8Array(), new Uint8Array(300)]);
  const valid = [
    { kind: "open", from: id, inbox },
    { kind: "accept", to: id, from: id, inbox },
    { kind: "data", to: id, sequence: 3, ack, body },
    { kind: "ack", to: id, ack },
    { kind: "close", to: id, detail: "bye" },
  ].map((packet) => packets.encodePacket(packet));
  const record = presence.encodePresence({
    peer: "a".repeat(52),
    addresses: [
      { transport: "gun", value: inbox, rendezvous: "ws://relay/gun" },
      { transport: "peerjs", value: "x" },
    ],
    expiresAt: wallMs,
  });
  return [
    {
      name: "gun-packet",
      seeds: [...valid, ...valid.map((packet) => textBytes(toBase64(packet)))],
      tokens: ["=", "==", "A", "\u00e9", "-", "_"].map(textBytes),
      run(bytes) {
        const decoded = fromBase64(textOf(bytes));
        const packet = packets.decodePacket(bytes) ?? (decoded && packets.decodePacket(decoded));
        if (packet === undefined) refuse("no packet");
        return `${packet.kind} ${packet.kind === "data" ? (packets.splitFrames(packet.body)?.length ?? "none") : ""}`;
      },
    },
    {
      name: "gun-presence",
      seeds: [textBytes(record)],
      tokens,
      make: (random) =>
        textBytes(random.chance(0.2) ? anyJson(random) : JSON.stringify(shuffled(random, JSON.parse(record)))),
      run(bytes) {
        const read = presence.decodePresence(textOf(bytes));
        if (read === undefined) refuse("no record");
        return String(read.addresses.length);
      },
    },
  ];
}
