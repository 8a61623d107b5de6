import { roomPorts, type Swarm, use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { heard, outcome, reaches, Stage } from "./stage.ts";

const channel = { name: "large", schema: z.instanceof(Uint8Array) };
const totalBytes = 4_000_000;
const bytesPerSecond = 2_000_000;

interface Way {
  readonly stage: Stage;
  readonly a: Swarm;
  readonly b: Swarm;
  /** Bytes that came to b so far. */
  readonly came: () => number;
  readonly handled: Uint8Array[];
  /** What carries; it is the only way, or `other` stands by. */
  readonly carrier: string;
}

async function twoNodes(ways: readonly string[]): Promise<Way> {
  const stage = new Stage();
  const plugins = () =>
    ways.map((id, at) =>
      use(
        memoryPlugin({ network: stage.network, id, capabilities: { latencyClassMs: 1 + at }, highWaterBytes: 131_072 }),
      ),
    );
  const a = await stage.node("a", plugins());
  const b = await stage.node("b", plugins());
  const handled: Uint8Array[] = [];
  b.channel(channel).onMessage((message) => void handled.push(message));
  await stage.start();
  await stage.eventually(() => reaches(a, b, ...ways), "the ways");
  const small = a.channel({ ...channel, name: "small" });
  b.channel({ ...channel, name: "small" }).onMessage(() => {});
  for (let i = 0; i < 20; i++) await stage.until(small.send(b.id, new Uint8Array(1)));
  let bytes = 0;
  stage.network.capture(({ fate, to, frame }) => {
    if (fate === "delivered" && to === b.id) bytes += frame.length;
  });
  stage.network.inject({}, { bytesPerSecond, latencyMs: 10 });
  return { stage, a, b, came: () => bytes, handled, carrier: ways[0] ?? "" };
}

/** Sends a large letter, and lets its way end in the middle. @returns the bytes that came to b, as a share of the letter's */
async function sendAndBreak(way: Way, end: (way: Way) => void): Promise<number> {
  const { stage, a, b, came, handled } = way;
  const body = new Uint8Array(totalBytes).map((_, at) => at >> 8);
  const progress: number[] = [];
  const sent = outcome(
    a
      .channel(channel)
      .send(b.id, body, { ttlMs: 120_000, onProgress: ({ heldBytes }) => void progress.push(heldBytes) }),
  );
  await stage.eventually(() => came() > totalBytes / 2, "half of it");
  end(way);
  expect(await stage.until(sent, 130_000)).toMatchObject({ value: { status: "confirmed" } });
  expect(handled).toEqual([body]);
  expect(progress).toEqual([...progress].sort((x, y) => x - y));
  expect(progress.at(-1)).toBeGreaterThan(totalBytes);
  return came() / totalBytes;
}

const drop = ({ stage, carrier }: Way) => void stage.network.drop({ transport: carrier });
const cases: readonly [string, readonly string[], (way: Way) => void][] = [
  ["its connection breaks and another stands by", ["first", "second"], drop],
  ["its only connection breaks and is made anew", ["only"], drop],
  [
    "its connection falls silent and another stands by",
    ["first", "second"],
    ({ stage, carrier }) => void stage.network.inject({ transport: carrier }, { blackhole: true }),
  ],
];

/** What was under way, what was not yet reported, heads, and what small there was. */
const most = 1.15;

describe.each(cases)("a large letter of which half has come when %s", (_name, ways, end) => {
  test("goes on where it was, and is handled once", async () => {
    const way = await twoNodes(ways);
    await using _stage = way.stage;
    const [out, into] = [heard(way.a, "letter:progress"), heard(way.b, "letter:progress")];
    const resumed = heard(way.a, "letter:resume");
    const refused = heard(way.b, "frame:rejected");
    expect(await sendAndBreak(way, end)).toBeLessThan(most);
    expect(resumed).toHaveLength(1);
    expect(resumed[0]?.heldBytes).toBeGreaterThan(totalBytes / 3);
    for (const [told, direction, peer] of [
      [out, "out", way.b.id],
      [into, "in", way.a.id],
    ] as const) {
      expect(told.length).toBeGreaterThan(8);
      expect(told.length).toBeLessThan(60);
      expect(told.at(-1)).toMatchObject({ peer, channel: "large", direction });
      expect(told.at(-1)?.heldBytes).toBe(told.at(-1)?.totalBytes);
    }
    expect(refused).toEqual([]);
  });
});

describe("ablation: what the receiver says it holds is not heard", () => {
  const heldKind = 13;

  test.each(cases.slice(0, 1))(
    "a large letter of which half has come when %s begins anew",
    async (_name, ways, end) => {
      const way = await twoNodes(ways);
      await using _stage = way.stage;
      const { stage, a, b, came } = way;
      const acknowledgements = a.get(roomPorts.acknowledgements);
      const read = acknowledgements.read.bind(acknowledgements);
      acknowledgements.read = (session, item) => item[0] === heldKind || read(session, item);
      const sent = outcome(a.channel(channel).send(b.id, new Uint8Array(totalBytes), { ttlMs: 120_000 }));
      await stage.eventually(() => came() > totalBytes / 2, "half of it");
      end(way);
      await stage.until(sent, 130_000);
      expect(came() / totalBytes).toBeGreaterThan(most + 0.2);
    },
  );
});

test("a large letter alone on a way that falls silent takes another within two seconds", async () => {
  const { stage, a, b, came } = await twoNodes(["only"]);
  await using _stage = stage;
  const retried = heard(a, "letter:retry");
  const sent = outcome(a.channel(channel).send(b.id, new Uint8Array(totalBytes), { ttlMs: 120_000 }));
  await stage.eventually(() => came() > totalBytes / 2, "half of it");
  const undo = stage.network.inject({}, { blackhole: true });
  const silentAt = stage.clock.now();
  await stage.eventually(() => retried.length > 0, "a doubt", 20_000);
  expect(retried[0]?.reason).toBe("silent");
  expect(stage.clock.now() - silentAt).toBeLessThanOrEqual(2_000);
  undo();
  expect(await stage.until(sent, 130_000)).toMatchObject({ value: { status: "confirmed" } });
});

test("a large letter holds up what goes behind it on a slow way, which is no silence: nothing is doubted, though another answers", async () => {
  const { stage, a, b } = await twoNodes(["first", "second"]);
  await using _stage = stage;
  const tiny = { ...channel, name: "tiny" };
  b.channel(tiny).onMessage(() => {});
  const small = a.channel(tiny);
  for (let i = 0; i < 20; i++) expect((await stage.until(small.send(b.id, new Uint8Array(1)))).transport).toBe("first");
  const retried = heard(a, "letter:retry");
  const undo = stage.network.inject({ transport: "first" }, { stall: true });
  const receipts = [a.channel(channel).send(b.id, new Uint8Array(100_000), { ttlMs: 60_000 })];
  await stage.eventually(
    () => [...a.get(roomPorts.book).allSessions()].every(({ bulk }) => bulk.size === 0),
    "it is out",
  );
  receipts.push(small.send(b.id, new Uint8Array(1), { ttlMs: 60_000 }));
  await stage.clock.advance(900);
  undo();
  expect((await stage.until(Promise.all(receipts))).map(({ transport }) => transport)).toEqual(["first", "first"]);
  expect(retried).toEqual([]);
});

test("letters whose way falls silent while another answers take that one within 300 ms, and no verdict is spoken", async () => {
  const stage = new Stage();
  await using _stage = stage;
  const plugins = () =>
    ["first", "second"].map((id, at) =>
      use(memoryPlugin({ network: stage.network, id, capabilities: { latencyClassMs: 1 + at } })),
    );
  const a = await stage.node("a", plugins());
  const b = await stage.node("b", plugins());
  b.channel(channel).onMessage(() => {});
  await stage.start();
  stage.network.inject({}, { latencyMs: 10 });
  await stage.eventually(() => reaches(a, b, "first", "second"), "two ways");
  const lane = a.channel(channel);
  const send = () => stage.until(lane.send(b.id, new Uint8Array(1), { ttlMs: 60_000 }));
  for (let i = 0; i < 20; i++) expect((await send()).transport).toBe("first");
  const retried = heard(a, "letter:retry");
  const undo = stage.network.inject({ transport: "first" }, { stall: true });
  const receipt = await send();
  expect([receipt.transport, retried.map(({ reason }) => reason)]).toEqual(["second", ["doubted"]]);
  expect(receipt.elapsedMs).toBeLessThanOrEqual(300);
  undo();
  await stage.clock.advance(500);
  expect((await send()).transport).toBe("first");
});
