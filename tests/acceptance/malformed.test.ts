import { ports, roomPorts, type Swarm, use } from "@swarm-space/core";
import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { heard, outcome, reaches, Stage } from "./stage.ts";
import { CourierOffice, courierPlugin } from "./third-party-transport.ts";

const channel = { name: "acceptance", schema: z.object({ n: z.number() }) };

async function scene() {
  const stage = new Stage();
  const office = new CourierOffice();
  const hostile = await stage.node("hostile", [use(courierPlugin({ office }))]);
  const friend = await stage.node("friend", [use(courierPlugin({ office }))]);
  const b = await stage.node("b", [use(courierPlugin({ office }))]);
  const atB: unknown[] = [];
  b.channel(channel).onMessage((message) => void atB.push(message));
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  await stage.start();
  await stage.eventually(() => reaches(hostile, b, "courier") && reaches(friend, b, "courier"), "all ways");
  return {
    stage,
    hostile,
    friend,
    b,
    atB,
    unhandled,
    async [Symbol.asyncDispose]() {
      process.off("unhandledRejection", note);
      await stage[Symbol.asyncDispose]();
    },
  };
}

/** Says bytes as a session frame of a peer whose identity is proven: it is the peer that is hostile. */
function say(from: Swarm, to: Swarm, bytes: Uint8Array): boolean {
  const live = from.get(roomPorts.book).links(to.id)[0];
  if (live === undefined) return false;
  try {
    live.link.send(bytes);
    return true;
  } catch {
    return false;
  }
}

/** What `b` knows of a peer, as far as frames may change it. */
function stateOf(b: Swarm, peer: Swarm) {
  const [session] = b.get(roomPorts.book).sessions(peer.id);
  return {
    base: session?.window.base,
    half: session?.assemblies.bytes,
    waiting: b.explain(peer.id).waiting,
    totalPeers: b.getTransportStatus().totalPeers,
  };
}

const body = encode({ n: 1 });
const deep = Uint8Array.from([...new Array<number>(30_000).fill(0x81), 0x00]);

const malformed: readonly (readonly [string, Uint8Array])[] = [
  ["no bytes", new Uint8Array()],
  ["no CBOR", Uint8Array.from([0xff, 0xff, 0x00])],
  ["half a frame", encode([1, 1, [1, 1, "acceptance", 0, 1_000, body]]).subarray(0, 12)],
  ["a frame and more behind it", Uint8Array.from([...encode([1, 1]), 0])],
  ["not an array", encode({ v: 1 })],
  ["a number", encode(1)],
  ["no fields", encode([])],
  ["another version", encode([2, 1, [8, 1]])],
  ["no base", encode([1])],
  ["NaN as base", encode([1, Number.NaN])],
  ["1e300 as base", encode([1, 1e300])],
  ["a negative base", encode([1, -1])],
  ["an item that is no array", encode([1, 1, 7])],
  ["an item without a kind", encode([1, 1, []])],
  ["a kind that is text", encode([1, 1, ["__proto__", 1]])],
  ["a letter without fields", encode([1, 1, [1]])],
  ["a letter with sequence 0", encode([1, 1, [1, 0, "acceptance", 0, 1_000, body]])],
  ["a letter with NaN as sequence", encode([1, 1, [1, Number.NaN, "acceptance", 0, 1_000, body]])],
  ["a letter with 1e300 as time to live", encode([1, 1, [1, 1, "acceptance", 0, 1e300, body]])],
  ["a letter whose body is text", encode([1, 1, [1, 1, "acceptance", 0, 1_000, "body"]])],
  ["a letter on a channel named badly", encode([1, 1, [1, 1, "__PROTO__ ", 0, 1_000, body]])],
  ["a piece beyond its letter", encode([1, 1, [2, 1, "acceptance", 0, 1_000, body, 0, 0, 0, 9, 9]])],
  ["a piece without a head", encode([1, 1, [2, 1, 0, 2, body]])],
  ["an empty piece", encode([1, 1, [2, 1, "acceptance", 0, 1_000, new Uint8Array(), 0, 0, 0, 0, 9]])],
  ["held bytes that fall", encode([1, 1, [13, 1, [9, 1, 2, 1], 0]])],
  ["ranges that are none", encode([1, 1, [3, "all"]])],
  ["odd ranges", encode([1, 1, [4, [1]]])],
  ["a range without length", encode([1, 1, [4, [1, 0]]])],
  ["an endless range", encode([1, 1, [6, [1, Number.MAX_SAFE_INTEGER]]])],
  ["more ranges than a window", encode([1, 1, [6, [1, 4_096, 9_000, 1]]])],
  ["257 ranges", encode([1, 1, [3, Array.from({ length: 514 }, (_, i) => (i % 2 === 0 ? i * 2 + 1 : 1))]])],
  ["a failure without text", encode([1, 1, [5, 1, "CODE"]])],
  ["a failure of a book's length", encode([1, 1, [5, 1, "CODE", "x".repeat(10_000)]])],
  ["a bye that is a map", encode([1, 1, [10, { reason: "__proto__" }]])],
  ["nested beyond reason", deep],
  ["an indefinite array", Uint8Array.from([0x9f, 0x01, 0x01, 0xff])],
  ["a doubled map key", Uint8Array.from([0x83, 0x01, 0x01, 0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02])],
];

describe("ACCEPTANCE 10: malformed frames", () => {
  test.for(malformed)("%s: rejected with an event, no state changes", async ([, bytes]) => {
    await using s = await scene();
    const rejected = heard(s.b, "frame:rejected");
    const before = stateOf(s.b, s.hostile);
    expect(say(s.hostile, s.b, bytes)).toBe(true);
    await s.stage.clock.advance(100);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ transport: "courier", remote: s.hostile.id, code: "FRAME_INVALID" });
    expect(stateOf(s.b, s.hostile)).toEqual(before);
    expect(s.atB).toEqual([]);
    expect(await s.stage.until(s.hostile.channel(channel).send(s.b.id, { n: 2 }))).toMatchObject({
      status: "confirmed",
    });
    expect(s.unhandled).toEqual([]);
  });

  test("whatever bytes come, nothing escapes, and others are served", async () => {
    await using s = await scene();
    const lane = s.friend.channel(channel);
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .anything({ maxDepth: 4, withBigInt: false, withDate: false, withMap: false, withSet: false })
        .map(encodeOrNothing),
      fc
        .tuple(
          fc.integer({ min: 0, max: 11 }),
          fc.array(fc.oneof(fc.nat(), fc.string(), fc.uint8Array(), fc.array(fc.nat()))),
        )
        .map(([kind, fields]) => encode([1, 1, [kind, ...fields]])),
    );
    // A hostile peer is soon shown the door; here it stays, so that every run is heard.
    Object.assign(s.b.get(roomPorts.door), { spend: () => true, offend: () => {} });
    let n = 0;
    let said = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (frames) => {
        s.atB.length = 0;
        for (const frame of frames) said += say(s.hostile, s.b, frame) ? 1 : 0;
        await s.stage.clock.advance(50);
        for (const live of s.b.get(roomPorts.book).links(s.hostile.id)) live.refusedFrames = 0;
        await s.stage.eventually(() => reaches(s.hostile, s.b, "courier"), "the hostile peer is back");
        expect(s.atB).toEqual([]);
        expect(await s.stage.until(lane.send(s.b.id, { n: ++n }))).toMatchObject({ status: "confirmed" });
        expect(s.atB).toEqual([{ n }]);
      }),
      { numRuns: 200 },
    );
    expect(said).toBeGreaterThan(800);
    expect(s.unhandled).toEqual([]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("at most sixteen of them close the connection, and only that one", async () => {
    await using s = await scene();
    const closed = heard(s.b, "connection:close");
    const rejected = heard(s.b, "frame:rejected");
    for (let i = 0; i < 30; i++) {
      say(s.hostile, s.b, Uint8Array.of(i));
      await s.stage.clock.settle();
    }
    expect(closed).toMatchObject([{ peer: s.hostile.id, reason: { by: "protocol", detail: "FRAME_INVALID" } }]);
    expect(rejected.length).toBeLessThanOrEqual(16);
    expect(reaches(s.b, s.friend, "courier")).toBe(true);
  });

  test("before the handshake: rejected, closed, nothing else disturbed", async () => {
    await using s = await scene();
    const rejected = heard(s.b, "frame:rejected");
    const [transport] = s.hostile.get(ports.transport);
    for (const first of [
      new Uint8Array(),
      Uint8Array.of(1, 2, 3),
      encode(["swarm-space", 1]),
      new Uint8Array(30_000),
    ]) {
      const raw = await transport?.connect({ addresses: [{ transport: "courier", value: s.b.id }] }, "rider", {
        signal: new AbortController().signal,
      });
      raw?.send(first);
      const reason = await s.stage.until(raw?.closed ?? Promise.reject(new Error("no transport")));
      expect(reason.by).toBe("remote");
    }
    expect(rejected).toHaveLength(4);
    expect(s.b.peers()).toHaveLength(2);
    expect(await s.stage.until(s.friend.channel(channel).send(s.b.id, { n: 1 }))).toMatchObject({
      status: "confirmed",
    });
    expect(s.unhandled).toEqual([]);
  });
});

describe("ACCEPTANCE 10: malformed messages", () => {
  test.for([
    ["not CBOR", Uint8Array.of(0xff)],
    ["no body", new Uint8Array()],
    ["not an object", encode([1, 2])],
    ["a missing field", encode({})],
    ["NaN where a number is wanted", encode({ n: Number.NaN })],
    ["Infinity", encode({ n: Number.POSITIVE_INFINITY })],
    ["text", encode({ n: "1" })],
    [
      "__proto__",
      Uint8Array.from([0xa2, 0x61, 0x6e, 0x01, 0x69, ...new TextEncoder().encode("__proto__"), 0xa1, 0x61, 0x78, 0x01]),
    ],
    ["undefined", Uint8Array.from([0xa1, 0x61, 0x6e, 0xf7])],
    ["a bigint", Uint8Array.from([0xa1, 0x61, 0x6e, 0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ["nested beyond reason", deep],
  ] as const)("%s: refused with an event, the handler does not run, the sender is told", async ([, message]) => {
    await using s = await scene();
    const rejected = heard(s.b, "message:rejected");
    const answers: unknown[] = [];
    const acknowledge = s.hostile.get(roomPorts.acknowledgements);
    const read = acknowledge.read.bind(acknowledge);
    acknowledge.read = (session, item) => {
      answers.push(item);
      return read(session, item);
    };
    say(s.hostile, s.b, encode([1, 1, [1, 1, "acceptance", 0, 1_000, message]]));
    await s.stage.clock.advance(100);
    expect(rejected).toMatchObject([{ from: s.hostile.id, channel: "acceptance", code: "MESSAGE_INVALID" }]);
    expect(answers).toMatchObject([[5, 1, "MESSAGE_INVALID", expect.any(String)]]);
    expect(s.atB).toEqual([]);
    expect(await s.stage.until(s.friend.channel(channel).send(s.b.id, { n: 2 }))).toMatchObject({
      status: "confirmed",
    });
    expect(s.unhandled).toEqual([]);
  });

  test("1e300 fits the schema, so it arrives as it is", async () => {
    await using s = await scene();
    await s.stage.until(s.friend.channel(channel).send(s.b.id, { n: 1e300 }));
    expect(s.atB).toEqual([{ n: 1e300 }]);
  });

  test("without the check against the schema nonsense reaches the handler", async () => {
    await using s = await scene();
    const open = s.b.get(roomPorts.channels).find("acceptance");
    Object.assign(open ?? {}, { schema: z.unknown() });
    say(s.hostile, s.b, encode([1, 1, [1, 1, "acceptance", 0, 1_000, encode({ n: "1" })]]));
    await s.stage.clock.advance(100);
    expect(s.atB).toEqual([{ n: "1" }]);
  });

  test("nonsense at the sender's own door is refused with its path", async () => {
    await using s = await scene();
    const lane = s.friend.channel(channel);
    const nonsense = Object.assign(Object.create(null), { n: "x" });
    expect(await outcome(lane.send(s.b.id, nonsense))).toMatchObject({
      error: { code: "MESSAGE_INVALID", detail: { path: "n" } },
    });
    for (const to of ["", "__proto__", "a".repeat(51), `${"a".repeat(51)}!`, 7, null, undefined, {}]) {
      expect(await outcome(lane.send(to as string, { n: 1 }))).toMatchObject({ error: { code: "PEER_ID_INVALID" } });
    }
    for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "1", 604_800_001]) {
      expect(await outcome(lane.send(s.b.id, { n: 1 }, { ttlMs: ttlMs as number }))).toMatchObject({
        error: { code: "OPTION_INVALID", detail: { path: "ttlMs" } },
      });
    }
    expect(await outcome(lane.send(s.b.id, { n: 1 }, { signal: {} as AbortSignal }))).toMatchObject({
      error: { code: "OPTION_INVALID", detail: { path: "signal" } },
    });
    expect(s.atB).toEqual([]);
  });
});

function encodeOrNothing(value: unknown): Uint8Array {
  try {
    return encode(value);
  } catch {
    return new Uint8Array();
  }
}
