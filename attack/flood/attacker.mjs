import { createSwarm, roomPorts, use } from "@swarm-space/core";
import { encode } from "cborg";
import { answerWith } from "../support/process.mjs";
import { dialTcp, tcpPlugin } from "../support/tcp-transport.mjs";

const { peer, address } = JSON.parse(process.argv[2]);
const [host, port] = address.split(":");
const never = new AbortController().signal;
const windowLetters = 4096;
let running = false;
let startedAt = 0;
let begunAt = 0;
let activeMs = 0;
const count = { sent: 0, connections: 0, closed: 0 };
const details = {};

/** A node for its link factory: it never starts. */
const attackerNode = () => createSwarm({ log: "silent", plugins: [use(tcpPlugin())] });

async function link(node, from) {
  count.connections++;
  const connection = await dialTcp({ host, port: Number(port), from });
  void connection.closed.then(({ detail }) => {
    count.closed++;
    details[detail] = (details[detail] ?? 0) + 1;
  });
  return node.get(roomPorts.links).establish(connection, { signal: never, initiator: true, expect: peer });
}

const junk = { text: 7, rubbish: "x".repeat(60) };
const body = encode(junk);

/** Rubbish in well-formed frames, which only reading tells from letters. */
const rubbish = {
  unknown: (seq, count) => frameOf(seq, count, (each) => [1, each, "nobody", 0, 30_000, body]),
  invalid: (seq, count) => frameOf(seq, count, (each) => [1, each, "chat", 0, 30_000, body]),
  doubles: (_seq, count) => frameOf(1, count, () => [1, 1, "nobody", 0, 30_000, body]),
  unasked: (seq, count) => frameOf(seq, count, (each) => [1, each, "chat", 2, 30_000, body, 0, each]),
  asks: (_seq, count) => encode([1, 1, ...Array.from({ length: Math.min(count, 16) }, () => [6, [1, windowLetters]])]),
};

function frameOf(seq, count, item) {
  return encode([1, seq, ...Array.from({ length: count }, (_, i) => item(seq + i))]);
}

/** Letters at a steady rate over one authenticated link at a time; closed, it comes back, as itself or as somebody new. */
async function letters({ rate, kind, washed, from }) {
  const tickMs = 10;
  const perFrame = 250;
  let node = await attackerNode();
  let live;
  let seq = 1;
  let due = 0;
  startedAt ||= Date.now();
  let last = performance.now();
  while (running) {
    if (live === undefined) {
      try {
        if (washed && count.connections > 0) node = await attackerNode();
        live = await link(node, from);
        seq = 1;
        live.read(() => {});
        const mine = live;
        void live.closed.then(() => {
          if (live === mine) live = undefined;
        });
      } catch {
        live = undefined;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    const now = performance.now();
    due = Math.min(due + ((now - last) * rate) / 1000, rate / 5);
    last = now;
    while (due >= perFrame && live !== undefined) {
      due -= perFrame;
      try {
        if (live.connection.bufferedBytes > 4_194_304) break;
        live.send(rubbish[kind](seq, perFrame));
        seq += perFrame;
        count.sent += perFrame;
      } catch {
        live = undefined;
      }
    }
  }
  await live?.close();
}

/** First messages that hold, each on a connection of its own; the third never comes. */
async function handshakes({ rate, from }) {
  const first = await firstMessage(await attackerNode());
  let opened = 0;
  const began = performance.now();
  startedAt ||= Date.now();
  while (running) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    while (opened < ((performance.now() - began) * rate) / 1000) {
      const n = opened++;
      void half(first, from === "varying" ? `127.${1 + (n % 100)}.${n % 251}.${1 + (n % 200)}` : from);
    }
  }
}

async function half(first, from) {
  count.connections++;
  try {
    const connection = await dialTcp({ host, port: Number(port), from });
    connection.read(() => {});
    connection.send(first);
    count.sent++;
    await connection.closed.then(({ detail }) => {
      count.closed++;
      details[detail] = (details[detail] ?? 0) + 1;
    });
  } catch {
    count.closed++;
  }
}

/** Connections that say nothing, or a byte now and then. */
async function loris({ sockets, from }) {
  startedAt ||= Date.now();
  const open = async () => {
    while (running) {
      count.connections++;
      try {
        const connection = await dialTcp({ host, port: Number(port), from });
        connection.read(() => {});
        await connection.closed;
      } catch {}
      count.closed++;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  for (let i = 0; i < sockets; i++) void open();
}

/** The first message of a handshake, as a real link factory writes it. */
function firstMessage(node) {
  return new Promise((resolve) => {
    const closed = new Promise(() => {});
    const connection = {
      transport: "tcp",
      road: "tcp",
      remote: "",
      capabilities: { direct: true, maxFrameBytes: 65_536, latencyClassMs: 1 },
      bufferedBytes: 0,
      closed,
      read: () => {},
      drained: async () => {},
      close: async () => {},
      send: (frame) => {
        resolve(frame);
        return true;
      },
    };
    node
      .get(roomPorts.links)
      .establish(connection, { signal: never, initiator: true })
      .catch(() => {});
  });
}

const attacks = { letters, handshakes, loris };

answerWith({
  ready: () => {},
  begin({ attack, ...o }) {
    running = true;
    begunAt = performance.now();
    void attacks[attack](o);
  },
  end() {
    if (running) activeMs += performance.now() - begunAt;
    running = false;
    return { ...count, startedAt, activeMs, details };
  },
});
