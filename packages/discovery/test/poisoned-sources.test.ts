import type { DiscoverySource, Sighting } from "@swarm-space/core";
import { VirtualClock } from "@swarm-space/testkit";
import { discoveryConformance } from "@swarm-space/testkit/conformance";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryDiscoveryHarness } from "../../../conformance/subjects/discovery.ts";
import { readSource } from "../src/read-source.ts";
import { sift } from "../src/sift.ts";
import { peerOf, RoomStage, sightingOf, ToldSource } from "./room-stage.ts";

const rules = { source: "s", self: peerOf(999_999), transports: ["direct"] };
const source = (id: string, discover: unknown) => ({ id, discover }) as DiscoverySource;
async function* endless(): AsyncGenerator<Sighting, void> {
  for (let n = 0; ; n = (n + 1) % 1e6) yield { ...sightingOf(n), source: "another" };
}
const trap = new Proxy(
  {},
  {
    get: () => {
      throw new Error("a trap");
    },
  },
);

describe("sifting", () => {
  it("is total, and what it lets through is well formed", () => {
    const address = fc.record({ transport: fc.anything(), value: fc.anything(), rendezvous: fc.anything() });
    const shaped = fc.record({
      peer: fc.oneof(fc.anything(), fc.constant(peerOf(1))),
      addresses: fc.oneof(
        fc.anything(),
        fc.array(fc.oneof(address, fc.constant({ transport: "direct", value: "x" })), { maxLength: 100 }),
      ),
      card: fc.oneof(fc.anything(), fc.uint8Array({ maxLength: 600 })),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), shaped), (value) => {
        const result = sift(value, rules);
        if (typeof result === "string") return;
        expect(result.source).toBe("s");
        expect(result.addresses.length).toBeLessThanOrEqual(16);
        for (const each of result.addresses) expect(each.transport).toBe("direct");
        expect(result.card?.length ?? 1).toBeLessThanOrEqual(512);
        expect(result.peer !== undefined || result.addresses.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [trap, "malformed"],
    [{ peer: "__proto__", addresses: [] }, "malformed"],
    [{ peer: peerOf(999_999), addresses: [] }, "self"],
    [{ addresses: [{ transport: "direct", value: "x".repeat(1_025) }] }, "no address"],
    [{ addresses: [{ transport: "carrier pigeon", value: "x" }] }, "no transport"],
  ])("drops %# with its reason", (value, reason) => expect(sift(value, rules)).toBe(reason));
});

describe("a poisoned source", () => {
  const poisons: readonly (readonly [string, (clock: VirtualClock) => unknown])[] = [
    [
      "throws at once",
      () => () => {
        throw new Error("no");
      },
    ],
    ["gives no iterable", () => () => 7],
    ["gives rubbish as its steps", () => () => ({ [Symbol.asyncIterator]: () => ({ next: () => null }) })],
    [
      "hangs and heeds no abort",
      () => () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }),
    ],
    [
      "throws after the third",
      () =>
        async function* () {
          yield* [sightingOf(1), 1, trap];
          throw new Error("enough");
        },
    ],
    [
      "throws when it is left",
      () => () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ value: 1 }),
          return: () => {
            throw new Error("no");
          },
        }),
      }),
    ],
    ["never ends", () => endless],
  ];

  it.each(poisons)("that %s harms nobody: the next is asked and the node stops", async (_, make) => {
    const stage = await new RoomStage({
      options: { order: ["bad", "good"] },
      sources: (clock) => [source("bad", make(clock)), new ToldSource("good", clock, [sightingOf(5_000)])],
    }).start();
    await stage.clock.advance(2_000);
    expect(stage.wanted()).toContain(peerOf(5_000));
    await stage.stop();
    expect(stage.clock.pending).toBe(0);
  });

  it.each([
    [true, 256 + 32 * 10 + 2],
    [false, Number.POSITIVE_INFINITY],
  ])("that floods is read at its pace (budget: %s)", async (budget, most) => {
    let read = 0;
    const flood = async function* () {
      for (let n = 0; n < 1_000; n++) {
        read++;
        yield sightingOf(n);
      }
    };
    const stage = await new RoomStage({ off: { budget }, sources: () => [source("flood", flood)] }).start();
    await stage.clock.advance(10_000);
    if (budget) expect(read).toBeLessThanOrEqual(most);
    else expect(read).toBeGreaterThanOrEqual(1_000);
    await stage.stop();
  });

  it.each([
    [true, 50],
    [false, 256],
  ])("has places for 50 strangers, and what is beyond is counted (cap: %s)", async (sourceCap, strangers) => {
    const many = Array.from({ length: 256 }, (_, n) => sightingOf(n));
    const stage = await new RoomStage({
      off: { sourceCap },
      sources: (clock) => [
        new ToldSource("bad", clock, [
          ...many.slice(0, 250),
          1,
          null,
          "x",
          {},
          { peer: 7, addresses: [] },
          { addresses: [] },
        ]),
      ],
    }).start();
    await stage.clock.advance(1);
    expect(stage.room.book.strangers.length).toBe(sourceCap ? strangers : 250);
    const { found = 0, dropped } = stage.source("bad") ?? {};
    expect(dropped?.get("malformed")).toBe(5);
    expect(dropped?.get("no address")).toBe(1);
    expect(found + (dropped?.get("source full") ?? 0)).toBe(250);
    await stage.stop();
  });
});

describe("an honest source, read and sifted", () => {
  const clock = new VirtualClock();
  discoveryConformance({
    runner: { describe, it },
    form: "whole",
    create: () => {
      const harness = memoryDiscoveryHarness();
      return {
        ...harness,
        async open() {
          const node = await harness.open();
          const discover = async function* ({ signal }: { readonly signal: AbortSignal }) {
            for await (const value of readSource(node.source, { clock, signal, pace: undefined })) {
              const sighting = sift(value, { source: node.source.id, self: node.peer, transports: ["memory"] });
              if (typeof sighting !== "string") yield sighting;
            }
          };
          return { ...node, source: { id: node.source.id, discover } };
        },
      };
    },
    capabilities: {
      announces: "announcements are the kernel's",
      cards: "announcements are the kernel's",
      withdraws: true,
      crowd: true,
      rubbish: "the property test of sifting throws it",
      resources: true,
    },
  });
});
