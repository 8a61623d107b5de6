import { createSocket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { systemRandom } from "@swarm-space/core";
import { openDhtNode } from "@swarm-space/webtorrent-driver/infra";
import bencode from "bencode";
import { Client as DhtClient } from "bittorrent-dht";
import Wire from "bittorrent-protocol";
import { Client as TrackerClient } from "bittorrent-tracker";
import { describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { infoHashOf } from "../src/daily-hash.ts";
import { tendWire } from "../src/wire.ts";
import { type EngineName, engines, FindingPlace, Presence, trackersAt } from "./support/place.ts";

const id = (fill: number) => Buffer.alloc(20, fill);
/** An extended handshake whose number cannot be made text. */
const spoiltHandshake = bencode.encode({ m: { x: { toString: 5 } } });

/** A DHT node that answers whatever it is asked with what `answer` makes of it. */
async function falseNode(answer: (question: { t: Uint8Array }) => object | Uint8Array) {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.on("message", (packet, { address, port }) => {
    const question = bencode.decode(packet) as { t: Uint8Array; y: Uint8Array };
    if (String.fromCharCode(question.y[0] ?? 0) !== "q") return;
    const reply = answer(question);
    socket.send(reply instanceof Uint8Array ? reply : bencode.encode(reply), port, address);
  });
  return { bootstrap: `127.0.0.1:${socket.address().port}`, close: () => void socket.close() };
}

function falsePeers(count: number): Buffer[] {
  return Array.from({ length: count }, () => {
    // Addresses for documentation (RFC 5737): nobody is called there, it is a range like others.
    const peer = Buffer.from([198, 51, 100, Math.floor(Math.random() * 256), 0, 0]);
    peer.writeUInt16BE(1 + Math.floor(Math.random() * 65_535), 4);
    return peer;
  });
}

async function meetBeside(place: FindingPlace, engine: EngineName, bootstrap: string) {
  const dht = { bootstrap: [bootstrap, `127.0.0.1:${place.dht.port}`] };
  const [one, other] = [await place.node({ engine, dht, by: [] }), await place.node({ engine, by: ["dht"] })];
  await using first = new Presence(one);
  await using second = new Presence(other);
  await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
  await first.until(() => (one.finder.status().sources[0]?.dropped.size ?? 0) > 0);
  return one.finder.status().sources[0]?.dropped ?? new Map<string, number>();
}

describe.each(engines)("%s", (engine) => {
  test("a poisoned DHT: thousands of false peers are dropped with a reason, and the honest one is met", async () => {
    await using place = await FindingPlace.open();
    const poisoner = await falseNode(({ t }) => ({ t, y: "r", r: { id: id(1), token: "t", values: falsePeers(150) } }));
    const dropped = await meetBeside(place, engine, poisoner.bootstrap);
    expect(dropped.get("too many")).toBeGreaterThan(100);
    poisoner.close();
  });

  test("nonsense of the DHT is dropped", async () => {
    await using place = await FindingPlace.open();
    const babbler = await falseNode(({ t }) => ({ t, y: "r", r: { id: 5, values: 5, nodes: ["x"] } }));
    const dropped = await meetBeside(place, engine, babbler.bootstrap);
    expect(dropped.get("malformed")).toBeGreaterThan(0);
    babbler.close();
  });

  test("a tracker that lies and floods: what it says is dropped, the honest tracker goes on", async () => {
    await using place = await FindingPlace.open();
    const liar = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(liar, "listening");
    const address = liar.address();
    const url = `ws://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    const infoHash = Buffer.from(await infoHashOf("finding", Math.floor(Date.now() / 86_400_000)), "hex").toString(
      "latin1",
    );
    liar.on("connection", (socket) => {
      socket.on("error", () => undefined);
      const offer = { type: "offer", sdp: "v=0\r\nnonsense" };
      for (const text of ["null", "{", "[]", JSON.stringify({ action: "announce", info_hash: infoHash, offer: null })])
        socket.send(text);
      for (let at = 0; at < 200; at += 1) {
        const ids = { peer_id: String(at).padEnd(20), offer_id: String(at).padEnd(20) };
        socket.send(JSON.stringify({ action: "announce", info_hash: infoHash, interval: 0.001, offer, ...ids }));
      }
    });
    const one = await place.node({ engine, dht: { bootstrap: [] }, trackers: trackersAt([url, place.tracker]) });
    const other = await place.node({ engine, by: ["tracker"] });
    await using first = new Presence(one);
    await using second = new Presence(other);
    await Promise.all([first.meets(other.peer), second.meets(one.peer)]);
    await first.until(() => (one.finder.status().sources[0]?.dropped.get("too many") ?? 0) > 100);
    for (const socket of liar.clients) socket.send("x".repeat(100_000));
    await first.until(() => one.finder.status().sources[0]?.state === "away");
    const [lied] = one.finder.status().sources;
    expect(lied?.dropped.get("malformed")).toBeGreaterThanOrEqual(3);
    expect(lied).toMatchObject({ found: 0, lastError: "the connection broke, or brought what is no message" });
    liar.close();
  });
});

test("who calls and says nonsense, nothing, or that it is this node, is dropped with a reason", async () => {
  await using place = await FindingPlace.open();
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const one = await place.node({ dht: { bootstrap: [`127.0.0.1:${place.dht.port}`], port }, by: [] });
  await using presence = new Presence(one);
  await presence.until(() => one.finder.status().sources[0]?.state === "ready");
  const infoHash = Buffer.from(await infoHashOf("finding", Math.floor(Date.now() / 86_400_000)), "hex");
  const handshake = Buffer.concat([
    Buffer.from("\u0013BitTorrent protocol"),
    Buffer.from([0, 0, 0, 0, 0, 0x10, 0, 0]),
    infoHash,
    id(9),
  ]);
  const extended = (message: Uint8Array) => {
    const head = Buffer.alloc(6);
    head.writeUInt32BE(message.length + 2);
    head[4] = 20;
    return Buffer.concat([handshake, head, message]);
  };
  const calls = [
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    extended(spoiltHandshake),
    extended(bencode.encode({ m: {}, swarm: "nobody" })),
    extended(bencode.encode({ m: {}, swarm: one.peer })),
    extended(bencode.encode({ m: {} })),
    Buffer.alloc(200_000, 1),
  ];
  await Promise.all(
    calls.map(async (bytes) => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      socket.resume();
      socket.write(bytes);
      await new Promise((resolve) => socket.on("close", resolve));
    }),
  );
  const reasons = one.refused.map(({ reason }) => reason);
  expect(reasons).toContain("no id");
  expect(reasons.filter((reason) => reason === "malformed").length).toBeGreaterThanOrEqual(2);
  expect(presence.seen).toEqual([]);
});

describe("ablation: without its guard", () => {
  test("the DHT library throws where nobody catches", async () => {
    const socket = Object.assign(new EventEmitter(), {
      bind: () => undefined,
      address: () => ({ address: "127.0.0.1", port: 1 }),
      send: () => undefined,
      close: () => socket.emit("close"),
    });
    const dht = new DhtClient({ bootstrap: false, socket });
    const packet = bencode.encode({ t: "aa", y: "q", q: "find_node", a: { id: id(1), target: 5 } });
    expect(() => socket.emit("message", packet, { address: "127.0.0.1", port: 5 })).toThrow();
    await new Promise<void>((resolve) => dht.destroy(resolve));
    // Behind the guard a node goes on.
    const node = await openDhtNode({ random: systemRandom(), port: 0 });
    const sender = createSocket("udp4");
    await new Promise((resolve) => sender.send(packet, node.port, "127.0.0.1", resolve));
    sender.send(bencode.encode({ t: "aa", y: "q", q: "ping", a: { id: id(2) } }), node.port, "127.0.0.1");
    await once(sender, "message");
    expect(node.stats()).toMatchObject({ dropped: 1, nodes: 1 });
    sender.close();
    await node.close();
  });

  test("the wire throws at a number that is none", () => {
    const unguarded = new Wire("tcp");
    const message = Buffer.concat([Buffer.from([20, 0]), spoiltHandshake]);
    expect(() => unguarded._onMessage(message)).toThrow();
    const guarded = new Wire("tcp");
    const heard: string[] = [];
    tendWire(guarded, undefined, { heard: () => heard.push("heard"), malformed: () => heard.push("malformed") });
    guarded._onMessage(message);
    expect(heard).toEqual(["malformed"]);
  });

  test("the tracker's client throws at what is no object", async () => {
    const settings = { infoHash: "0".repeat(40), peerId: "1".repeat(40), port: 1, rtcConfig: {} };
    const wrtc = { RTCPeerConnection: Object, RTCSessionDescription: Object, RTCIceCandidate: Object };
    const client = new TrackerClient({ ...settings, wrtc: wrtc as never, announce: ["ws://127.0.0.1:9"] });
    client.on("warning", () => undefined);
    const [tracker] = client._trackers;
    expect(() => tracker?._onSocketData(new TextEncoder().encode("null"))).toThrow();
    await new Promise<void>((resolve) => client.destroy(resolve));
  });
});
