import { encode } from "cborg";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import { Dispatcher } from "../../src/messaging/dispatcher.ts";
import { decodeFrame, itemKind } from "../../src/messaging/frame.ts";
import { orderWindow } from "../../src/messaging/order-lane.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import type { Swarm } from "../../src/swarm/swarm.ts";
import { settle } from "../hand-clock.ts";
import { Bench, PipeWorks } from "../support/pipes.ts";

const channel = { name: "test", schema: z.unknown() };
const limits = {
  ttlMs: 30_000,
  maxLetterBytes: 16 * 1024 * 1024,
  outboxLetters: 16_384,
  outboxBytes: 64 * 1024 * 1024,
  maxPeers: 1_024,
};

const joined = (a: Swarm, b: Swarm, transports: number) => () =>
  a.peers().find(({ id }) => id === b.id)?.transports.length === transports &&
  b.peers().find(({ id }) => id === a.id)?.transports.length === transports;

async function pair(bench: Bench, works: readonly PipeWorks[], messaging = limits) {
  const plugins = works.map((each) => each.plugin());
  const a = await bench.node(1, plugins, { messaging });
  const b = await bench.node(2, plugins, { messaging });
  await bench.outcome(Promise.all([a.start(), b.start()]));
  await bench.until(joined(a, b, works.length), "joined");
  return { a, b };
}

function prefer(swarm: Swarm, transport: string): void {
  for (const session of swarm.get(roomPorts.book).allSessions()) {
    const live = session.links.find((each) => each.way.transport === transport);
    if (live === undefined) continue;
    session.best = live;
    session.rankedUntil = Number.POSITIVE_INFINITY;
  }
}

/** Frames as a peer that keeps no rules writes them, inside its own sealed link. */
function say(from: Swarm, to: Swarm, value: unknown): void {
  from.get(roomPorts.book).links(to.id)[0]?.link.send(encode(value));
}

describe("a letter that was accepted and not handled when its connection dies", () => {
  test("is asked for on the next connection, and confirmed once", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const { a, b } = await pair(bench, [works]);
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    b.channel(channel).onMessage(() => {
      runs++;
      return promise;
    });
    const receipt = a.channel(channel).send(b.id, "slow");
    await settle();
    works.tricks.dial = "refuse";
    works.cut();
    await settle();
    expect(a.peers()).toEqual([]);
    resolve();
    await settle();
    works.tricks.dial = undefined as never;
    delete works.tricks.dial;
    const { value } = await bench.outcome(receipt);
    expect(value).toMatchObject({ status: "confirmed" });
    expect(runs).toBe(1);
  });

  test("is asked for on the connection that is left, when no other can be made", async () => {
    await using bench = new Bench();
    const [one, two] = [new PipeWorks("one"), new PipeWorks("two")];
    const { a, b } = await pair(bench, [one, two]);
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    b.channel(channel).onMessage(() => {
      runs++;
      return promise;
    });
    prefer(a, "one");
    const receipt = a.channel(channel).send(b.id, "slow");
    await settle();
    // The word that it was handled gets lost with the connection it was said on.
    one.tricks = { swallow: (from) => from === b.id, dial: "refuse" };
    resolve();
    await settle();
    one.cut();
    const { value, ms } = await bench.outcome(receipt);
    expect(value).toMatchObject({ status: "confirmed" });
    expect(ms).toBeLessThan(1_000);
    expect(runs).toBe(1);
  });
});

describe("a receiver that is another instance after a restart", () => {
  test("gets again what the old one had not handled", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin(() => false)]);
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.until(joined(a, b, 1), "joined");
    b.channel(channel).onMessage(() => new Promise(() => {}));
    const receipt = a.channel(channel).send(b.id, "twice if need be", { ttlMs: 120_000 });
    await settle();
    works.cut();
    works.nodes.delete(b.id);
    await bench.clock.advance(1_000);
    const heard: unknown[] = [];
    const again = await bench.node(2, [works.plugin(() => false)]);
    again.channel(channel).onMessage((message) => void heard.push(message));
    await bench.outcome(again.start());
    const { value } = await bench.outcome(receipt, 120_000);
    expect(value).toMatchObject({ status: "confirmed" });
    expect(heard).toEqual(["twice if need be"]);
  });
});

describe("what is refused at either door", () => {
  test("a letter on a channel nobody listens on: the sender is told", async () => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, [new PipeWorks()]);
    const { error } = await bench.outcome(a.channel(channel).send(b.id, "anybody?"));
    expect(error).toMatchObject({ code: "CHANNEL_UNKNOWN", detail: { remote: true } });
  });

  test("an oversized letter: here at the door, there although the sender has another cap", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin()], { messaging: { ...limits, maxLetterBytes: 10_000 } });
    b.channel(channel).onMessage(() => {});
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.until(joined(a, b, 1), "joined");
    for (const length of [10_500, 100_000]) {
      const { error } = await bench.outcome(a.channel({ ...channel }).send(b.id, new Uint8Array(length)));
      expect(error).toMatchObject({ code: "LETTER_TOO_LARGE", detail: { remote: true } });
      a.get(roomPorts.channels).close(a.get(roomPorts.channels).find("test") ?? neverOpened());
    }
    const { error } = await bench.outcome(
      b.channel({ name: "other", schema: z.unknown() }).send(a.id, new Uint8Array(10_001)),
    );
    expect(error).toMatchObject({ code: "LETTER_TOO_LARGE", detail: { maxLetterBytes: 10_000 } });
  });

  test("a flood that outruns its handlers overflows its own queue, which is named, and others are served", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const { a, b } = await pair(bench, [works], { ...limits, outboxBytes: 256 * 1024 * 1024 });
    const friend = await bench.node(3, [works.plugin()]);
    await bench.outcome(friend.start());
    await bench.until(joined(friend, b, 1), "the friend");
    b.channel({ ...channel, order: "none" }).onMessage(() => new Promise(() => {}));
    b.channel({ name: "quick", schema: z.unknown() }).onMessage(() => {});
    const overflows: unknown[] = [];
    b.on("inbox:overflow", (detail) => void overflows.push(detail));
    const lane = a.channel({ ...channel, order: "none" });
    const flood = Array.from({ length: 2_000 }, () => lane.send(b.id, new Uint8Array(50_000)).catch(() => {}));
    await bench.until(() => overflows.length > 0, "the overflow");
    expect(overflows[0]).toMatchObject({ from: a.id });
    const { value } = await bench.outcome(friend.channel({ name: "quick", schema: z.unknown() }).send(b.id, 1));
    expect(value).toMatchObject({ status: "confirmed" });
    await bench.outcome(a.stop());
    await Promise.all(flood);
  });
});

test("a request that finds no room to wait for its answer is refused, and not asked either", async () => {
  await using bench = new Bench();
  const { a, b } = await pair(bench, [new PipeWorks()]);
  const asking = { ...channel, response: z.unknown() };
  const heard: unknown[] = [];
  b.channel(asking).onRequest((message) => void heard.push(message));
  const requests = a.channel(asking);
  const desk = a.get(roomPorts.requests);
  for (let at = 0; at < 16_384; at++) desk.expect("somebody", at, 1_000_000).catch(() => undefined);
  await expect(requests.request(b.id, "refused")).rejects.toMatchObject({ code: "OUTBOX_FULL" });
  desk.fail("somebody", 0, new Error("gave up"));
  await bench.outcome(requests.request(b.id, "asked"));
  expect(heard).toEqual(["asked"]);
});

describe("a hostile peer, inside its own sealed link", () => {
  test("a letter beyond the window is refused and not acknowledged", async () => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, [new PipeWorks()]);
    const heard: unknown[] = [];
    const rejected: unknown[] = [];
    b.channel(channel).onMessage((message) => void heard.push(message));
    b.on("frame:rejected", ({ code }) => void rejected.push(code));
    say(a, b, [1, 1, [1, 4_096, "test", 0, 1_000, encode("last inside")]]);
    say(a, b, [1, 1, [1, 4_097, "test", 0, 1_000, encode("first beyond")]]);
    say(a, b, [1, 1, [2, 2 ** 40, "test", 0, 1_000, encode("a piece beyond"), 0, 0, 0, 0, 99]]);
    await settle();
    expect(heard).toEqual(["last inside"]);
    expect(rejected).toEqual(["WINDOW_EXCEEDED", "WINDOW_EXCEEDED"]);
  });

  test("pieces that claim too much, or another total, are refused with a code and charged; held bytes of nothing change nothing", async () => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, [new PipeWorks()]);
    const heard: unknown[] = [];
    const refused: string[] = [];
    const graylisted: unknown[] = [];
    b.channel(channel).onMessage((message) => void heard.push(message));
    b.on("message:rejected", ({ code, channel: name }) => void refused.push(`${code} ${name}`));
    b.on("peer:graylisted", ({ offence }) => void graylisted.push(offence));
    const piece = (seq: number, bytes: Uint8Array, offset: number, total: number) =>
      say(a, b, [1, 1, [2, seq, "test", 0, 1_000, bytes, 0, 0, 0, offset, total]]);
    const bytesHere = () => b.get(roomPorts.book).sessions(a.id)[0]?.assemblies.bytes;
    piece(1, new Uint8Array(1_000), 0, 60 * 1024 * 1024);
    piece(2, new Uint8Array(1_000), 0, 4_000);
    piece(2, new Uint8Array(1_000), 500, 4_000);
    await settle();
    expect([refused, bytesHere()]).toEqual([["LETTER_TOO_LARGE test"], 1_500 + 2 * 160]);
    say(a, b, [1, 1, [13, 1, [0, 1e9], 1], [13, 4_096, [5, 5], 0]]);
    for (let seq = 2; seq <= 12 && graylisted.length === 0; seq++) {
      piece(seq, new Uint8Array(1_000), 0, 4_000);
      piece(seq, new Uint8Array(1_000), 0, 5_000);
      await settle();
    }
    expect([heard, graylisted]).toEqual([[], ["letterInvalid"]]);
    expect(refused.filter((each) => each === "LETTER_INVALID test")).toHaveLength(10);
  });

  test.each([
    ["answers to nothing that was asked are waste: who sends them without end must go", true],
    ["answers that are waited for are not", false],
  ])("%s", async (_what, isUnasked) => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, [new PipeWorks()]);
    const asking = b.channel({ ...channel, response: z.unknown() });
    a.channel({ ...channel, response: z.unknown() }).onRequest(() => new Promise(() => {}));
    const before = b.get(roomPorts.outbox).correspondents.find(a.id)?.next ?? 1;
    const count = 4_000;
    if (!isUnasked) for (let at = 0; at < count; at++) asking.request(a.id, at).catch(() => undefined);
    await settle();
    for (let seq = 1; seq <= count; seq++) {
      say(a, b, [1, seq, [1, seq, "test", 2, 1_000, encode("rubbish"), 0, before + seq - 1]]);
      if (seq % 200 === 0) await settle();
    }
    await settle();
    expect(b.get(roomPorts.book).links(a.id)).toHaveLength(isUnasked ? 0 : 1);
  });

  test("half letters that their sender gives up are forgotten and not charged: its time to live ended on a slow road", async () => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, [new PipeWorks()]);
    b.channel(channel).onMessage(() => {});
    const total = 15 * 1024 * 1024;
    const bytes = new Uint8Array(16_000);
    for (let seq = 1; seq <= 8; seq++) {
      for (let offset = 0; offset < total / 2; offset += bytes.length)
        say(a, b, [1, seq, [2, seq, "test", 0, 1_000, bytes, 0, 0, 0, offset, total]]);
      await settle();
    }
    say(a, b, [1, 9]);
    await settle();
    const session = b.get(roomPorts.book).sessions(a.id)[0];
    expect(session?.links).toHaveLength(1);
    expect(session?.assemblies.bytes).toBe(0);
  });

  test("a half letter below a base that a mailbox told of is forgotten with the next frame", async () => {
    await using bench = new Bench();
    const { a, b } = await pair(bench, [new PipeWorks()]);
    const session = b.get(roomPorts.book).sessions(a.id)[0];
    if (session === undefined) throw new Error("they are joined");
    say(a, b, [1, 1, [2, 1, "test", 0, 1_000, new Uint8Array(1_000), 0, 0, 0, 0, 4_000]]);
    await settle();
    expect(session.assemblies.bytes).toBe(1_160);
    b.get(roomPorts.ledger).advance(a.id, session.origin, session.window, 2);
    say(a, b, [1, 2]);
    await settle();
    expect(session.assemblies.bytes).toBe(0);
  });

  test("acknowledgements, failures and answers for what was never sent change nothing", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const { a, b } = await pair(bench, [works]);
    b.channel(channel).onMessage(() => {});
    const lane = a.channel(channel);
    for (const kind of [3, 4, 6, 7]) say(b, a, [1, 1, [kind, [1, 4_096]]]);
    for (let seq = 0; seq < 20; seq++) say(b, a, [1, 1, [5, seq, "HANDLER_FAILED", "not yours"]]);
    await settle();
    const outcomes = await Promise.all([1, 2, 3].map((n) => bench.outcome(lane.send(b.id, n))).slice(0, 1));
    expect(outcomes[0]?.value).toMatchObject({ status: "confirmed" });
  });

  test("a letter that still waits cannot be acknowledged beforehand", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const { a, b } = await pair(bench, [works]);
    b.channel(channel).onMessage(() => {});
    works.tricks.stall = true;
    const lane = a.channel(channel);
    let settledBefore = 0;
    const all = Array.from({ length: 10 }, (_, i) =>
      lane.send(b.id, new Uint8Array(15_000).fill(i)).then(() => {
        settledBefore++;
      }),
    );
    await settle();
    const sent = [...(a.get(roomPorts.outbox).correspondents.find(b.id)?.letters.values() ?? [])];
    const unsent = sent.filter(({ attempts }) => attempts === 0);
    expect(unsent.length).toBeGreaterThan(0);
    works.tricks.stall = false;
    for (const { seq } of unsent) say(b, a, [1, 1, [4, [seq, 1]]]);
    await settle();
    expect(settledBefore).toBe(0);
    works.release();
    await bench.outcome(Promise.all(all));
    expect(settledBefore).toBe(10);
  });
});

describe("what is remembered is bounded", () => {
  test("peers that were written to are let go when others come, and no sequence is used twice", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin()], { messaging: { ...limits, maxPeers: 3 } });
    const others = await Promise.all(
      [2, 3, 4, 5, 6].map((seed) => bench.node(seed, [works.plugin((peer) => peer === a.id)])),
    );
    const heard = others.map((node) => {
      const own: unknown[] = [];
      node.channel(channel).onMessage((message) => void own.push(message));
      return own;
    });
    await bench.outcome(Promise.all([a, ...others].map((node) => node.start())));
    await bench.until(() => a.peers().length === 5, "all there");
    const lane = a.channel(channel);
    for (let round = 0; round < 3; round++) {
      for (const node of others) {
        const { value, error } = await bench.outcome(lane.send(node.id, round));
        expect([error, value?.status]).toEqual([undefined, "confirmed"]);
      }
    }
    expect(heard).toEqual(Array.from({ length: 5 }, () => [0, 1, 2]));
    expect([...a.get(roomPorts.outbox).correspondents.all()]).toHaveLength(3);
  });

  test("but not one for whom letters wait", async () => {
    await using bench = new Bench();
    const a = await bench.node(1, [], { messaging: { ...limits, maxPeers: 2 } });
    const b = await bench.node(2, []);
    const c = await bench.node(3, []);
    const d = await bench.node(4, []);
    await bench.outcome(a.start());
    const lane = a.channel(channel);
    const waiting = [b, c].map((node) => lane.send(node.id, 1).catch(({ code }: { code: string }) => code));
    expect((await bench.outcome(lane.send(d.id, 1))).error).toMatchObject({ code: "OUTBOX_FULL" });
    await bench.outcome(a.stop());
    expect(await Promise.all(waiting)).toEqual(["SWARM_STOPPED", "SWARM_STOPPED"]);
  });

  test("nor more letters for one peer than its cap: the next letter, question and copy of a broadcast is refused", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const { a, b } = await pair(bench, [works], { ...limits, outboxLetters: 2 });
    const lane = a.channel({ ...channel, response: z.unknown() });
    b.channel({ ...channel, response: z.unknown() }).onMessage(() => new Promise(() => {}));
    const waiting = [1, 2].map((each) => lane.send(b.id, each).catch(({ code }: { code: string }) => code));
    const full = { code: "OUTBOX_FULL" };
    expect((await bench.outcome(lane.send(b.id, "full"))).error).toMatchObject(full);
    expect((await bench.outcome(lane.request(b.id, "full"))).error).toMatchObject(full);
    const { value } = await bench.outcome(lane.broadcast("full"));
    expect(value).toMatchObject({ confirmed: [], failed: [{ peer: b.id, error: full }] });
    await bench.outcome(a.stop());
    expect(await Promise.all(waiting)).toEqual(["SWARM_STOPPED", "SWARM_STOPPED"]);
  });

  test("of peers whose letters are done the dispatcher keeps few queues, however many there were", () => {
    const dispatcher = new Dispatcher(new EventEmitter());
    let done = 0;
    for (let i = 0; i < 1_000; i++) {
      const letter = {
        channel: "c",
        handlers: [() => {}],
        message: i,
        bytes: 1,
        redelivered: false,
        transport: "memory",
      };
      dispatcher.offer({ ...letter, from: `peer ${i}`, done: () => void done++, dropped: () => {} });
    }
    expect(done).toBe(1_000);
    expect(dispatcher.peers).toBeLessThanOrEqual(64);
  });
});

describe("large letters", () => {
  test("keep to their link while another becomes the best, and arrive", async () => {
    await using bench = new Bench();
    const [one, two] = [new PipeWorks("one"), new PipeWorks("two")];
    const { a, b } = await pair(bench, [one, two]);
    const heard: number[] = [];
    b.channel({ name: "large", schema: z.instanceof(Uint8Array) }).onMessage((bytes) => void heard.push(bytes.length));
    prefer(a, "one");
    one.tricks.stall = true;
    const receipt = a.channel({ name: "large", schema: z.instanceof(Uint8Array) }).send(b.id, new Uint8Array(500_000));
    await settle();
    prefer(a, "two");
    const small = await bench.outcome(a.channel(channel).send(b.id, 1), 100).catch(() => undefined);
    expect(small?.error).toMatchObject({ code: "CHANNEL_UNKNOWN" });
    one.tricks.stall = false;
    one.release();
    const { value, ms } = await bench.outcome(receipt);
    expect(value).toMatchObject({ status: "confirmed" });
    expect(ms).toBeLessThan(1_000);
    expect(heard).toEqual([500_000]);
  });
});

function neverOpened(): never {
  throw new Error("the channel was never opened");
}

/** The sequences of the letters of each frame that goes out from here on. */
function lettersSent(from: Swarm, to: Swarm): number[][] {
  const link = from.get(roomPorts.book).links(to.id)[0]?.link;
  if (link === undefined) throw new Error("they are not joined");
  const sent: number[][] = [];
  const send = link.send.bind(link);
  Object.defineProperty(link, "send", {
    value: (frame: Uint8Array) => {
      const read = decodeFrame(frame);
      const letters = "items" in read ? read.items.filter((item) => item[0] === itemKind.letter) : [];
      if (letters.length > 0) sent.push(letters.map(([, seq]) => seq));
      return send(frame);
    },
  });
  return sent;
}

describe("letters that wait for room in the window", () => {
  test.each(["confirmed", "accepted"])(
    "leave when those before are %s, and not behind what is written on hearing of it",
    async (what) => {
      await using bench = new Bench();
      const { a, b } = await pair(bench, [new PipeWorks()]);
      const { promise, resolve } = Promise.withResolvers<void>();
      b.channel(channel).onMessage(() => (what === "accepted" ? promise : undefined));
      const sent = lettersSent(a, b);
      const own = a.channel(channel);
      const early = Array.from({ length: orderWindow + 2 }, (_, n) => own.send(b.id, n));
      if (what === "confirmed") await early[0];
      else await settle();
      const late = own.send(b.id, "late");
      await settle();
      const waited = [orderWindow + 1, orderWindow + 2];
      expect(sent.filter((frame) => frame.some((seq) => seq > orderWindow))).toEqual([waited, [orderWindow + 3]]);
      resolve();
      await bench.outcome(Promise.all([...early, late]));
    },
  );
});
