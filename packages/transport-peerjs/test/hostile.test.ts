import type { Clock } from "@swarm-space/core";
import { afterEach, expect, test } from "vitest";
import { clock, codeOf, collect, peerId } from "../../../tests/support/transport-ends.ts";
import { FakeServer, type Message, onFake, turns } from "./fake-server.ts";
import { openStranger } from "./stranger.ts";

const undo: (() => Promise<unknown>)[] = [];
const escaped: unknown[] = [];
const onEscaped = (error: unknown) => void escaped.push(error);
process.on("uncaughtException", onEscaped).on("unhandledRejection", onEscaped);
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await turns();
  expect(escaped.splice(0)).toEqual([]);
});

async function stage(count = 1, options = {}) {
  const server = new FakeServer();
  const nodes = Array.from({ length: count }, () => onFake(server, options));
  undo.push(() => Promise.all(nodes.map((node) => node.close())));
  await Promise.all(nodes.map((node) => node.open()));
  const [a, b = a] = nodes;
  if (!a || !b) throw new Error("a stage has a node");
  return { server, a, b };
}

const offer = { type: "data", connectionId: "dc_x", label: "x", serialization: "raw", reliable: true };
const fingerprint = `a=fingerprint:sha-256 ${Array(32).fill("0A").join(":")}`;
const sdp = `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n${fingerprint}\r\n`;

test.each([
  ["bytes", new ArrayBuffer(4)],
  ["no JSON", "{"],
  ["null", "null"],
  ["a list", "[]"],
  ["a type that is none", '{"type":7}'],
  ["an offer of nobody", '{"type":"OFFER","payload":{}}'],
  ["an error without words", '{"type":"ERROR"}'],
  ["an expiry of nobody", '{"type":"EXPIRE","src":{}}'],
  ["too much", `{"type":"OPEN","x":"${"x".repeat(70_000)}"}`],
])("the server says %s: told as SIGNAL_INVALID, its socket is closed, and it is dialled anew", async (_what, text) => {
  const { server, a } = await stage();
  const { promise: left, resolve } = Promise.withResolvers<string | undefined>();
  undo.push(async () => ended());
  const ended = a.transport.onState(() => resolve(a.transport.lastError));
  server.say(a.id, text);
  expect(a.refused).toEqual([{ src: server.url, code: "SIGNAL_INVALID" }]);
  expect(await left).toContain("PeerServer sent");
  await expect.poll(() => a.transport.state).toBe("ready");
});

test.each<[string, string, unknown, string]>([
  ["an offer without SDP", "OFFER", { ...offer }, "SIGNAL_INVALID"],
  ["an offer of rubbish", "OFFER", { ...offer, sdp: { type: "offer", sdp: "v=0\r\nrubbish" } }, "SIGNAL_INVALID"],
  [
    "an offer that looks like one",
    "OFFER",
    { ...offer, sdp: { type: "offer", sdp: `${sdp}a=\r\nm=\r\n` } },
    "SIGNAL_INVALID",
  ],
  ["an answer as an offer", "OFFER", { ...offer, sdp: { type: "answer", sdp } }, "SIGNAL_INVALID"],
  [
    "a serialization that is none",
    "OFFER",
    { ...offer, serialization: "toString", sdp: { type: "offer", sdp } },
    "LEGACY_PEER",
  ],
  ["the old app's offer", "OFFER", { ...offer, serialization: "binary", sdp: { type: "offer", sdp } }, "LEGACY_PEER"],
  ["a call", "OFFER", { ...offer, type: "media", sdp: { type: "offer", sdp } }, "LEGACY_PEER"],
  ["no payload", "ANSWER", null, "SIGNAL_INVALID"],
  ["a candidate that is none", "CANDIDATE", { connectionId: "x", candidate: { candidate: 7 } }, "SIGNAL_INVALID"],
])("a peer sends %s: told with its id, and nothing is taken of it for a minute", async (_what, type, payload, code) => {
  const { server, a, b } = await stage(2);
  server.say(a.id, JSON.stringify({ type, src: "stranger", payload }));
  await expect.poll(() => a.refused).toEqual([{ src: "stranger", code }]);
  server.say(
    a.id,
    JSON.stringify({ type: "OFFER", src: "stranger", payload: { ...offer, sdp: { type: "offer", sdp } } }),
  );
  await turns();
  expect(a.refused).toHaveLength(1);
  expect(a.transport.state).toBe("ready");
  expect((await b.dial(a.id)).road).toBe("direct");
});

test('a peer by the name of "server" that sends rubbish is not taken for the server', async () => {
  const { server, a } = await stage();
  server.say(a.id, JSON.stringify({ type: "ANSWER", src: "server", payload: null }));
  expect(a.refused).toEqual([{ src: "server", code: "SIGNAL_INVALID" }]);
  expect(a.transport.state).toBe("ready");
});

test("answers and candidates of connections that never were, and words that mean nothing, are not heard", async () => {
  const { server, a } = await stage();
  for (let at = 0; at < 200; at += 1) {
    const payload = { connectionId: `dc_${at}`, candidate: { candidate: "", sdpMid: "0", sdpMLineIndex: 0 } };
    server.say(a.id, JSON.stringify({ type: "CANDIDATE", src: "stranger", payload }));
    server.say(
      a.id,
      JSON.stringify({ type: "ANSWER", src: "stranger", payload: { ...payload, sdp: { type: "answer", sdp } } }),
    );
    server.say(a.id, JSON.stringify({ type: "WHATEVER", src: "stranger" }));
  }
  expect(a.refused).toEqual([]);
  expect(a.transport.state).toBe("ready");
});

test("an answer of rubbish ends the dial by SIGNAL_INVALID; one by another's fingerprint by DIAL_FAILED", async () => {
  const { server, a, b } = await stage(2, { attemptTimeoutMs: 300, dialTimeoutMs: 1_500 });
  const altered = (change: (text: string) => string) => (message: Message) => {
    if (message.type !== "ANSWER") return message;
    const payload = JSON.parse(JSON.stringify(message.payload));
    return { ...message, payload: { ...payload, sdp: { ...payload.sdp, sdp: change(payload.sdp.sdp) } } };
  };
  server.alter = altered((text) => text.replace(/a=fingerprint:[^\r\n]*/, fingerprint));
  expect(await codeOf(a.dial(b.id))).toBe("DIAL_FAILED");
  server.alter = altered(() => "rubbish");
  expect(await codeOf(a.dial(b.id))).toBe("SIGNAL_INVALID");
  expect(b.inbound).toEqual([]);
});

test("a first peer connection that comes to nothing gives way to another one", async () => {
  const { server, a, b } = await stage(2, { attemptTimeoutMs: 300 });
  let answers = 0;
  server.alter = (message) => (message.type === "ANSWER" && answers++ === 0 ? undefined : message);
  const connection = await a.dial(b.id);
  const other = await firstOf(b);
  const got = collect(other);
  connection.send(new TextEncoder().encode("hello"));
  await got.until(1);
  expect(answers).toBeGreaterThan(1);
});

test("that nobody is there is heard in the very moment in which an attempt's time is over", async () => {
  const attemptTimeoutMs = 317;
  const absent = peerId();
  const server = new FakeServer();
  const timer: Clock["timer"] = (ms, run) =>
    clock.timer(ms, () => {
      run();
      if (ms === attemptTimeoutMs) server.say(a.id, JSON.stringify({ type: "EXPIRE", src: absent }));
    });
  const moment: Clock = { now: () => clock.now(), wall: () => clock.wall(), timer };
  const a = onFake(server, { attemptTimeoutMs }, { clock: moment });
  undo.push(() => a.close());
  await a.open();
  expect(await codeOf(a.dial(absent))).toBe("PEER_ABSENT");
});

test("a server that says who left, or that a peer expired, ends nothing that stands", async () => {
  const { server, a, b } = await stage(2);
  const connection = await a.dial(b.id);
  for (const type of ["LEAVE", "EXPIRE"]) server.say(a.id, JSON.stringify({ type, src: b.id }));
  const other = await firstOf(b);
  const got = collect(other);
  connection.send(new TextEncoder().encode("still here"));
  await got.until(1);
  expect(a.transport.state).toBe("active");
});

test("offers without end are heard up to a bound, and honest ones afterwards", async () => {
  const { server, a } = await stage();
  const connections = new Set<string>();
  server.alter = (message) => {
    if (message.type === "ANSWER") connections.add(String(message.dst));
    return undefined;
  };
  for (let at = 0; at < 500; at += 1) {
    const payload = { ...offer, connectionId: `dc_${at}`, sdp: { type: "offer", sdp } };
    server.say(a.id, JSON.stringify({ type: "OFFER", src: `stranger${at}`, payload }));
  }
  await turns(50);
  expect(connections.size).toBeLessThanOrEqual(32);
  expect(a.transport.state).toBe("ready");
});

test.each([
  ["text", "text"],
  ["a message of 200 kB, near the most that an engine sends", new Uint8Array(200_000)],
])("a data channel that sends %s: the connection ends as a breach", async (_what, data) => {
  const server = new FakeServer();
  const b = onFake(server);
  undo.push(() => b.close());
  await b.open();
  expect(await strangersChannel(server, b, data)).toMatchObject({ by: "protocol" });
});

/** The first connection that came in. */
async function firstOf({ inbound }: ReturnType<typeof onFake>) {
  await expect.poll(() => inbound.length).toBeGreaterThan(0);
  const [first] = inbound;
  if (!first) throw new Error("nobody came");
  return first;
}

/** A stranger's own PeerJS, who dials and sends what the kernel never would. */
async function strangersChannel(
  server: FakeServer,
  b: ReturnType<typeof onFake>,
  data: string | Uint8Array<ArrayBuffer>,
) {
  const { peer, close } = await openStranger(server.url, {
    id: "stranger",
    makeSocket: server.makeSocket,
    onChannel: (_link, channel) => {
      channel.addEventListener("open", () => {
        Reflect.apply(channel.send, channel, [data]);
      });
    },
  });
  undo.push(close);
  peer.connect(b.id, { serialization: "raw", reliable: true, label: "x" });
  const connection = await firstOf(b);
  connection.read(() => {});
  return connection.closed;
}
