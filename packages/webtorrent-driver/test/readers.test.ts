import bencode from "bencode";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kindOfAddress, kindsBehind } from "../src/dht/address-kind.ts";
import { isSoundPacket } from "../src/dht/packet.ts";
import { readGreeting } from "../src/greeting.ts";
import { readTrackerMessage } from "../src/tracker/tracker-message.ts";

const id = Buffer.alloc(20, 7);
const query = { t: "aa", y: "q", q: "get_peers", a: { id, info_hash: id } };
const answer = { t: "aa", y: "r", r: { id, token: "token", nodes: Buffer.alloc(52), values: [Buffer.alloc(6)] } };
const sound = [
  { ...query, q: "ping", a: { id } },
  { ...query, q: "find_node", a: { id, target: id } },
  query,
  { ...query, q: "announce_peer", a: { id, info_hash: id, port: 6881, token: "token" } },
  { ...query, q: "announce_peer", a: { id, info_hash: id, implied_port: 1, token: "token" } },
  answer,
  { t: "aa", y: "e", e: [201, "no"] },
];
const unsound = [
  {},
  { ...query, t: 5 },
  { ...query, a: 5 },
  { ...query, a: { id, info_hash: 5 } },
  { ...query, q: "find_node", a: { id, target: ["x"] } },
  { ...query, q: "announce_peer", a: { id, info_hash: id, port: 99_999, token: "token" } },
  { ...query, q: "announce_peer", a: { id, info_hash: id, port: 6881, token: 5 } },
  // Values for others (BEP 44) are not kept.
  { ...query, q: "put", a: { id, token: "token", v: "x" } },
  { ...answer, r: { ...answer.r, id: "short" } },
  { ...answer, r: { ...answer.r, nodes: Buffer.alloc(25) } },
  { ...answer, r: { ...answer.r, values: 5 } },
  { ...answer, r: { ...answer.r, values: [5] } },
  { ...answer, r: { ...answer.r, token: [] } },
  { t: "aa", y: "e", e: "no list" },
];

describe("a packet of the DHT", () => {
  test.each(sound)("sound: %j", (packet) => expect(isSoundPacket(bencode.encode(packet))).toBe(true));
  test.each(unsound)("unsound: %j", (packet) => expect(isSoundPacket(bencode.encode(packet))).toBe(false));

  test("is judged whatever it is made of: changed bytes, other bytes, deep nests", () => {
    const seed = fc.constantFrom(...[...sound, ...unsound].map((packet) => bencode.encode(packet)));
    const changed = fc.tuple(seed, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([bytes, at, to]) => {
      const copy = Uint8Array.from(bytes);
      copy[at % copy.length] = to;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 1_600 })), (bytes) => {
        expect(typeof isSoundPacket(bytes)).toBe("boolean");
      }),
      { numRuns: 500, verbose: 1 },
    );
    expect(isSoundPacket(Buffer.from("l".repeat(1_500)))).toBe(false);
    expect(isSoundPacket(Buffer.alloc(1_501, "d"))).toBe(false);
  });
});

describe("a greeting", () => {
  const peer = "a".repeat(51).concat("a");

  test("is a peer id, none, or spoilt; whatever was decoded", () => {
    expect(readGreeting({ m: {} })).toBe("no id");
    expect(readGreeting({ swarm: Buffer.from(peer) })).toEqual({ peer });
    for (const swarm of [5, [], {}, "short", Buffer.alloc(5_000, "a"), Buffer.from("__proto__")])
      expect(readGreeting({ swarm })).toBe("malformed");
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(["string", "object"]).toContain(typeof readGreeting(value));
      }),
      { verbose: 1 },
    );
  });
});

describe("a message of a tracker", () => {
  const text = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  const twenty = "\u00ff".repeat(20);
  const told = { action: "announce", info_hash: twenty, interval: 120, complete: 0, incomplete: 2 };
  const offer = { type: "offer", sdp: "v=0\r\n" };

  test("is read as far as it is used, and its interval is none that would have us flood it", () => {
    expect(readTrackerMessage(text(told))).toEqual(told);
    expect(readTrackerMessage(text({ ...told, interval: 0.001 }))?.interval).toBe(30);
    expect(readTrackerMessage(text({ ...told, interval: 1e12 }))?.interval).toBe(3_600);
    const call = { ...told, peer_id: twenty, offer_id: twenty, offer, more: 1 };
    expect(readTrackerMessage(text(call))).toEqual({ ...told, peer_id: twenty, offer_id: twenty, offer });
    expect(readTrackerMessage(text({ "failure reason": "x".repeat(5_000) }))?.["failure reason"]).toHaveLength(200);
  });

  test.each([
    ["null"],
    ["5"],
    ["{"],
    [{ ...told, info_hash: 5 }],
    [{ ...told, action: "scrape" }],
    [{ ...told, offer, peer_id: 5, offer_id: twenty }],
    [{ ...told, offer: null, peer_id: twenty, offer_id: twenty }],
    [{ ...told, offer: { renegotiate: true }, peer_id: twenty, offer_id: twenty }],
    [{ ...told, offer: { type: "offer", sdp: { length: 1 } }, peer_id: twenty, offer_id: twenty }],
    [{ ...told, offer: { type: "offer", sdp: "x".repeat(20_000) }, peer_id: twenty, offer_id: twenty }],
    [{ ...told, offer, answer: { type: "answer", sdp: "x" }, peer_id: twenty, offer_id: twenty }],
    ["x".repeat(70_000)],
  ])("that is none is dropped: %j", (message) => expect(readTrackerMessage(text(message))).toBeUndefined());

  test("of any JSON is read or dropped", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        readTrackerMessage(text(json));
      }),
      { verbose: 1 },
    );
  });
});

test("a DHT of public nodes leads to no private host, one on this machine to this machine", () => {
  expect(
    [..."8.8.8.8 127.0.0.1 10.1.2.3 192.168.0.1 0.0.0.0 239.1.1.1 255.255.255.255 ::1".split(" ")].map(kindOfAddress),
  ).toEqual(["public", "loopback", "private", "private", "nobody", "nobody", "nobody", "nobody"]);
  expect([...kindsBehind(["router.bittorrent.com:6881"])]).toEqual(["public"]);
  expect([...kindsBehind(["127.0.0.1:6881", "10.0.0.1:1"])].sort()).toEqual(["loopback", "private", "public"]);
});
