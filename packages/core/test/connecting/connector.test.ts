import { describe, expect, test } from "vitest";
import * as z from "zod";
import { replaceRoom } from "../../src/assembly/replacement.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import { ports } from "../../src/ports/ports.ts";
import type { Swarm } from "../../src/swarm/swarm.ts";
import { settle } from "../hand-clock.ts";
import { Bench, PipeWorks } from "../support/pipes.ts";

const channel = { name: "test", schema: z.unknown() };
const nobody = () => false;
const usable = (from: Swarm, to: Swarm) =>
  from
    .get(roomPorts.book)
    .links(to.id)
    .filter((live) => live.usable);

describe("racing and keeping", () => {
  test("the second way is tried 250 ms after the first that does not answer", async () => {
    await using bench = new Bench();
    const [slow, quick] = [new PipeWorks("slow"), new PipeWorks("quick")];
    const a = await bench.node(1, [slow.plugin(), quick.plugin()]);
    const b = await bench.node(2, [slow.plugin(nobody), quick.plugin(nobody)]);
    b.channel(channel).onMessage(() => {});
    slow.tricks.dial = "hang";
    await bench.outcome(Promise.all([a.start(), b.start()]));
    const { value } = await bench.outcome(a.channel(channel).send(b.id, 1));
    expect(value).toMatchObject({ transport: "quick" });
    expect((quick.dials[0]?.at ?? 0) - (slow.dials[0]?.at ?? 0)).toBe(250);
  });

  test("a standby is kept on another rendezvous, and no third", async () => {
    await using bench = new Bench();
    const works = new PipeWorks("relayed", ["north", "south", "west"]);
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin(nobody)]);
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.clock.advance(20_000);
    expect(works.dials.map(({ via }) => via)).toEqual(["north", "south"]);
    expect(usable(a, b)).toHaveLength(2);
  });

  test("two links of one transport have one of another beside them, which takes over when that transport is lost", async () => {
    await using bench = new Bench();
    const [both, relayed, other] = [
      new PipeWorks("both", ["north"]),
      new PipeWorks("relayed", ["north"]),
      new PipeWorks("other"),
    ];
    // As a data channel that its relay signals, it stands a little later.
    const ready = Promise.withResolvers<void>();
    both.roads = new Map([
      ["direct", { declares: { direct: true, latencyClassMs: 1, maxFrameBytes: 65_536 }, ready: ready.promise }],
      ["relay", { declares: { direct: false, latencyClassMs: 2, maxFrameBytes: 65_536 } }],
    ]);
    relayed.declares = { direct: false, latencyClassMs: 400, maxFrameBytes: 65_536 };
    other.declares = { direct: false, latencyClassMs: 500, maxFrameBytes: 65_536 };
    const a = await bench.node(1, [both.plugin(), relayed.plugin(), other.plugin()]);
    const b = await bench.node(2, [both.plugin(nobody), relayed.plugin(nobody), other.plugin(nobody)]);
    b.channel(channel).onMessage(() => {});
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.until(() => usable(a, b).length === 1, "the relay's road");
    ready.resolve();
    await bench.clock.advance(20_000);
    const roads = () => usable(a, b).map(({ way }) => `${way.transport} ${way.road}`);
    // What depends on the same rendezvous would fail with it.
    expect(roads().sort()).toEqual(["both direct", "both relay", expect.stringContaining("other")]);
    expect([both, relayed, other].map(({ dials }) => dials.length)).toEqual([2, 0, 1]);
    for (const works of [both, relayed]) works.tricks.dial = "hang";
    for (const end of [...both.ends]) void end.close("the transport is lost");
    const { value, ms } = await bench.outcome(a.channel(channel).send(b.id, 1));
    expect(value).toMatchObject({ transport: "other" });
    expect(ms).toBeLessThanOrEqual(100);
    expect(other.dials).toHaveLength(1);
  });

  test.each([
    ["that had long stood gives way: for who dialled beside it, it is dead", 16_000, 2],
    ["that stood for a moment does not: both may have dialled at once, and one is dialled again", 5_000, 3],
  ])("a link %s", async (_name, stoodMs, dials) => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const nodes = [await bench.node(1, [works.plugin(nobody)]), await bench.node(2, [works.plugin(nobody)])];
    const [lower, higher] = nodes.sort((one, other) => (one.id < other.id ? -1 : 1));
    if (!lower || !higher) throw new Error("two nodes");
    await bench.outcome(Promise.all([lower.start(), higher.start()]));
    const know = (node: typeof lower, peer: string) =>
      node.get(roomPorts.addresses).note({ peer, addresses: works.addressesOf(peer), source: "test" });
    know(lower, higher.id);
    await bench.outcome(lower.connect(higher.id));
    await bench.clock.advance(stoodMs);
    // The higher one alone notices; the lower one's own dial looks well to it.
    for (const end of works.ends) if (end.remote === lower.id) end.end({ by: "lost", detail: "another address" });
    await settle();
    expect(higher.peers()).toEqual([]);
    know(higher, lower.id);
    await bench.outcome(higher.connect(lower.id));
    await bench.clock.advance(3_000);
    expect([works.dials.length, higher.peers().length]).toEqual([dials, 1]);
  });

  test("glare settles to one connection on both sides, and letters of both arrive once", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin(nobody)]);
    const b = await bench.node(2, [works.plugin(nobody)]);
    const heard: string[] = [];
    const lanes = [a, b].map((node) => {
      const lane = node.channel(channel);
      lane.onMessage((message) => void heard.push(String(message)));
      return lane;
    });
    await bench.outcome(Promise.all([a.start(), b.start()]));
    for (const [node, other] of [
      [a, b],
      [b, a],
    ] as const) {
      node.get(roomPorts.addresses).note({ peer: other.id, addresses: works.addressesOf(other.id), source: "test" });
    }
    const sent = Promise.all([
      a.connect(b.id),
      b.connect(a.id),
      ...Array.from({ length: 100 }, (_, i) => lanes[i % 2]?.send(i % 2 === 0 ? b.id : a.id, i)),
    ]);
    await bench.outcome(sent);
    expect(works.dials).toHaveLength(2);
    await bench.clock.advance(5_000);
    expect([usable(a, b).length, usable(b, a).length, works.ends.size]).toEqual([1, 1, 2]);
    expect(heard).toHaveLength(100);
    expect(new Set(heard).size).toBe(100);
  });

  test("who asks for a peer before anybody knows where it is has it as soon as it is sighted, whomever the dialer wants", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const wantsNobody = replaceRoom(ports.dialer, () => ({ wanted: () => [], onChange: () => () => {} }));
    const a = await bench.node(1, [works.plugin(nobody)], { replace: [wantsNobody] });
    const [b, c] = [await bench.node(2, [works.plugin(nobody)]), await bench.node(3, [works.plugin(nobody)])];
    c.channel(channel).onMessage(() => {});
    await bench.outcome(Promise.all([a.start(), b.start(), c.start()]));
    const asked = Promise.all([a.connect(b.id), a.channel(channel).send(c.id, 1)]);
    await bench.clock.advance(5_000);
    expect(works.dials).toHaveLength(0);
    for (const { id } of [b, c])
      a.get(roomPorts.addresses).note({ peer: id, addresses: works.addressesOf(id), source: "test" });
    const { ms } = await bench.outcome(asked);
    expect(ms).toBeLessThanOrEqual(100);
    expect([usable(a, b).length, usable(a, c).length]).toEqual([1, 1]);
  });

  test("two who dial each other by the id alone keep one link of the relay, and a standby beside it", async () => {
    await using bench = new Bench();
    const [relay, direct] = [new PipeWorks("relay"), new PipeWorks("direct")];
    relay.byId = "north";
    const a = await bench.node(1, [relay.plugin(nobody), direct.plugin(nobody)]);
    const b = await bench.node(2, [relay.plugin(nobody), direct.plugin(nobody)]);
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.outcome(Promise.all([a.connect(b.id), b.connect(a.id)]));
    a.get(roomPorts.addresses).note({ peer: b.id, addresses: direct.addressesOf(b.id), source: "test" });
    b.get(roomPorts.addresses).note({ peer: a.id, addresses: direct.addressesOf(a.id), source: "test" });
    await bench.clock.advance(20_000);
    const roads = (from: Swarm, to: Swarm) =>
      usable(from, to)
        .map(({ way }) => `${way.transport} ${way.rendezvous}`)
        .sort();
    expect(roads(a, b)).toEqual(["direct undefined", "relay north"]);
    expect(roads(b, a)).toEqual(["direct undefined", "relay north"]);
    expect(relay.dials).toHaveLength(2);
  });

  test("another peer where one was dialled: the address is forgotten, nobody is mistaken", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin(nobody)]);
    const b = await bench.node(2, [works.plugin(nobody)]);
    const impostor = await bench.node(3, [works.plugin(nobody)]);
    await bench.outcome(Promise.all([a.start(), impostor.start()]));
    const failed: string[] = [];
    a.on("dial:failed", ({ code }) => void failed.push(code));
    const addresses = works.addressesOf(impostor.id);
    a.get(roomPorts.addresses).note({ peer: b.id, addresses, source: "a liar" });
    await bench.until(() => failed.length > 0, "the dial");
    expect(failed).toEqual(["PEER_MISMATCH"]);
    expect(a.get(roomPorts.addresses).target(b.id).addresses).toEqual([]);
    expect(a.peers()).toEqual([]);
    await bench.clock.advance(60_000);
    expect(works.dials).toHaveLength(1);
  });
});

test("an address that is sighted without a peer is dialled once, however often it is told; and again when somebody else is there", async () => {
  await using bench = new Bench();
  const works = new PipeWorks();
  const a = await bench.node(1, [works.plugin(nobody)]);
  const b = await bench.node(2, [works.plugin(nobody)]);
  const next = await bench.node(3, [works.plugin(nobody)]);
  await bench.outcome(Promise.all([a.start(), b.start()]));
  const tell = () => a.get(roomPorts.addresses).note({ addresses: works.addressesOf(b.id), source: "a medium" });
  for (let i = 0; i < 40; i++) {
    tell();
    await bench.clock.advance(250);
  }
  expect(works.dials).toHaveLength(1);
  expect(a.peers()).toMatchObject([{ id: b.id }]);
  await bench.outcome(b.stop());
  await bench.outcome(next.start());
  const there = works.nodes.get(next.id);
  if (there !== undefined) works.nodes.set(b.id, there);
  tell();
  await bench.until(() => a.peers().some(({ id }) => id === next.id), "who is there now");
});

describe("nobody there", () => {
  test("pauses 2, 4, 8 … s at most, and half of it at least, whoever else is sighted, and ends when that peer is sighted", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin(nobody)]);
    const other = await bench.node(3, [works.plugin(nobody)]);
    await bench.outcome(Promise.all([a.start(), other.start()]));
    works.sight(b.id);
    const toB = () => works.dials.filter(({ to }) => to === b.id).map(({ at }) => at);
    await bench.until(() => toB().length > 0, "the first dial");
    const [first = 0] = toB();
    for (let i = 0; i < 60; i++) {
      works.sight(other.id);
      await bench.clock.advance(250);
    }
    const pauses = toB().map((at, i, all) => at - (all[i - 1] ?? first));
    for (const [i, most] of [2_000, 4_000, 8_000].entries()) {
      expect(pauses[i + 1]).toBeGreaterThanOrEqual(most / 2);
      expect(pauses[i + 1]).toBeLessThanOrEqual(most);
    }
    await bench.outcome(b.start());
    await bench.until(() => a.peers().some(({ id }) => id === b.id), "b is back", 1_000);
  });
});

describe("a guard that admits everything", () => {
  test("does not make a node dial without a pause", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const open = { admit: () => ({ release: () => {} }), record: () => {} };
    const a = await bench.node(1, [works.plugin()], { replace: [replaceRoom(ports.guard, () => open)] });
    const b = await bench.node(2, [works.plugin(nobody)]);
    works.tricks.dial = "refuse";
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.clock.advance(1_000);
    const at = works.dials.map((dial) => dial.at);
    expect(at.length).toBeGreaterThan(10);
    expect(at.slice(1).every((each, before) => Math.round(each - (at[before] ?? 0)) >= 20)).toBe(true);
  });
});

describe("leaving nothing behind", () => {
  test("a transport that is deaf to its signal and late: what it brings is closed", async () => {
    await using bench = new Bench();
    const works = new PipeWorks();
    const a = await bench.node(1, [works.plugin()]);
    const b = await bench.node(2, [works.plugin(nobody)]);
    await bench.outcome(Promise.all([a.start(), b.start()]));
    works.tricks.dial = "deaf";
    const connecting = bench.outcome(a.connect(b.id));
    await bench.until(() => works.dials.length > 0, "the dial");
    await bench.outcome(a.stop());
    expect((await connecting).error).toMatchObject({ code: "SWARM_STOPPED" });
    works.release();
    await settle();
    await bench.clock.advance(10_000);
    expect(works.ends.size).toBe(0);
    expect(a.peers()).toEqual([]);
  });

  test("a stop while one way stands whose medium is slow to close, and another is dialled, leaves no timer", async () => {
    await using bench = new Bench();
    const [one, two] = [new PipeWorks("one"), new PipeWorks("two")];
    const a = await bench.node(1, [one.plugin(), two.plugin()]);
    const b = await bench.node(2, [one.plugin(nobody), two.plugin(nobody)]);
    two.tricks.dial = "hang";
    await bench.outcome(Promise.all([a.start(), b.start()]));
    await bench.until(() => usable(a, b).length === 1 && two.dials.length > 0, "one stands, one hangs");
    for (const end of one.ends) {
      const close = end.close.bind(end);
      end.close = async (detail) => {
        await settle();
        await close(detail);
      };
    }
    await bench.outcome(Promise.all([a.stop(), b.stop()]));
    await settle();
    expect(bench.clock.pending).toBe(0);
  });

  test("sightings of nonsense escape nobody", async () => {
    await using bench = new Bench();
    const a = await bench.node(1, []);
    await bench.outcome(a.start());
    const book = a.get(roomPorts.addresses);
    const wrong = [{ transport: 7 }, { transport: "pipe" }, { transport: "pipe", value: "x".repeat(1_025) }] as never;
    expect(book.note({ addresses: wrong, source: "test" })).toBe(false);
    expect(book.note({ addresses: [], source: "test" })).toBe(false);
    expect(book.note({ peer: a.id, addresses: [], source: "test" })).toBe(false);
    expect(a.get(ports.dialer).wanted()).toEqual([]);
  });

  test("addresses of ever more peers stay bounded", async () => {
    await using bench = new Bench();
    const a = await bench.node(1, [], {
      messaging: { ttlMs: 1_000, maxLetterBytes: 1_024, outboxLetters: 10, outboxBytes: 10_240, maxPeers: 10 },
    });
    const book = a.get(roomPorts.addresses);
    for (let i = 0; i < 1_000; i++)
      book.note({ peer: `${i}`, addresses: [{ transport: "t", value: `${i}` }], source: "s" });
    expect(book.fresh().length).toBeLessThanOrEqual(40);
    for (let i = 0; i < 100; i++)
      book.note({ peer: "one", addresses: [{ transport: "t", value: `${i}` }], source: "s" });
    expect(book.target("one").addresses).toHaveLength(16);
  });
});

describe("transports", () => {
  test("one that is never ready keeps no start waiting longer than its time", async () => {
    await using bench = new Bench();
    const [stuck, fine] = [new PipeWorks("stuck"), new PipeWorks("fine")];
    stuck.tricks.open = "hang";
    const a = await bench.node(1, [stuck.plugin(), fine.plugin()]);
    expect((await bench.outcome(a.start())).ms).toBeLessThanOrEqual(5_050);
    expect(a.getTransportStatus()).toMatchObject({ primary: "fine" });
  });
});
