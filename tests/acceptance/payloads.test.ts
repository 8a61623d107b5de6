import { type Channel, type Swarm, SwarmError, use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { anyMessage } from "./any-message.ts";
import { outcome, reaches, Stage } from "./stage.ts";
import { CourierOffice, courierPlugin } from "./third-party-transport.ts";

const channel = { name: "payload", schema: z.unknown() };

describe.for(["memory", "courier"])("ACCEPTANCE 7 over %s", (transport) => {
  const stage = new Stage();
  const heard: unknown[] = [];
  let a: Swarm;
  let b: Swarm;
  let lane: Channel<unknown>;

  beforeAll(async () => {
    const plugin =
      transport === "memory"
        ? memoryPlugin({ network: stage.network })
        : courierPlugin({ office: new CourierOffice() });
    a = await stage.node("a", [use(plugin)]);
    b = await stage.node("b", [use(plugin)]);
    lane = a.channel(channel);
    b.channel(channel).onMessage((message) => void heard.push(message));
    await stage.start();
    await stage.eventually(() => reaches(a, b, transport), "a way");
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  async function travel(message: unknown) {
    heard.length = 0;
    return stage.until(outcome(lane.send(b.id, message)));
  }

  test("whatever is taken arrives deep-equal; whatever is not, is refused", async () => {
    await fc.assert(
      fc.asyncProperty(anyMessage, async (message) => {
        const result = await travel(message);
        if ("error" in result) {
          expect(SwarmError.is(result.error, "MESSAGE_INVALID")).toBe(true);
          expect(heard).toEqual([]);
        } else expect(heard).toStrictEqual([message]);
      }),
      { numRuns: 300 },
    );
  });

  test.for([
    ["nested", { a: { b: { c: [1, [2, [3, { d: null }]]] } } }],
    ["empty", [{}, [], "", new Uint8Array()]],
    ["unicode", "Grüße, 世界, 👩‍👩‍👧‍👦, \u0000, \u{10ffff}"],
    ["binary", Uint8Array.from({ length: 256 }, (_, i) => i)],
    ["numbers", [0, -0, 1.5, -1, 2 ** 53 - 1, 1e300, Number.NaN, Infinity]],
    ["keys", { constructor: 1, toString: 2, hasOwnProperty: 3, "": 4, " ": 5, ключ: 6 }],
    ["deep", Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], "core")],
  ] as const)("%s", async ([, message]) => {
    expect(await travel(message)).toMatchObject({ value: { status: "confirmed" } });
    expect(heard).toStrictEqual([message]);
  });

  test.for([1_000, 65_000, 100_000, 1_000_000, 15_000_000])("%i bytes", async (length) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
    expect(await travel({ bytes })).toMatchObject({ value: { status: "confirmed" } });
    const [message] = heard;
    const got = z.object({ bytes: z.instanceof(Uint8Array) }).parse(message).bytes;
    expect(Buffer.compare(got, bytes)).toBe(0);
  });

  test("300 large letters at once all arrive, once each", async () => {
    heard.length = 0;
    const begun = stage.clock.now();
    const letters = Array.from({ length: 300 }, (_, i) => new Uint8Array(100_000).fill(i & 255));
    await stage.until(Promise.all(letters.map((letter) => lane.send(b.id, letter))));
    expect(heard).toHaveLength(300);
    expect(stage.clock.now() - begun).toBeLessThan(1_000);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.again = { deeper: cyclic };
  class Person {
    name = "Ada";
  }
  test.for([
    ["bigint", { n: [1n] }, "n[0]"],
    ["Map", { a: new Map() }, "a"],
    ["Date", { at: { when: new Date() } }, "at.when"],
    ["class", [new Person()], "[0]"],
    ["cycle", cyclic, "again.deeper"],
    ["undefined in an array", { list: [1, undefined] }, "list[1]"],
    ["__proto__", JSON.parse('{"a":{"__proto__":{"x":1}}}'), "a.__proto__"],
    ["function", { f: () => {} }, "f"],
    ["symbol", { s: Symbol("s") }, "s"],
    ["lone surrogate", { s: ["\ud800"] }, "s[0]"],
    ["lone surrogate in a key", { deep: { "\udfff": 1 } }, "deep.\udfff"],
    ["typed array", { f: new Float64Array(2) }, "f"],
    ["regexp", { r: /x/ }, "r"],
    ["boxed", { n: Object(1) }, "n"],
    ["undefined itself", undefined, "the message itself"],
    ["hole", { l: Array.from({ length: 2 }).concat(new Array(1)) }, "l[0]"],
    ["hole alone", { l: new Array(3) }, "l[0]"],
  ] as const)("%s is refused with its path", async ([, message, path]) => {
    const result = await travel(message);
    expect(result).toMatchObject({ error: { code: "MESSAGE_INVALID", detail: { path } } });
    expect(heard).toEqual([]);
  });

  test("nested too deep for the codec: refused, not thrown past the edge", async () => {
    const result = await travel(Array.from({ length: 200_000 }).reduce<unknown>((inner) => [inner], "core"));
    expect(result).toMatchObject({ error: { code: "MESSAGE_INVALID" } });
  });

  test("over the cap: refused on this side, and on the other", async () => {
    const tooLarge = new Uint8Array(16 * 1024 * 1024 + 1);
    expect(await travel(tooLarge)).toMatchObject({ error: { code: "LETTER_TOO_LARGE" } });
    const strict = await stage.node(`strict over ${transport}`, [], {
      messaging: { ttlMs: 1_000, maxLetterBytes: 1_024, outboxLetters: 10, outboxBytes: 4_096, maxPeers: 10 },
    });
    expect(await outcome(strict.channel(channel).send(b.id, new Uint8Array(1_025)))).toMatchObject({
      error: { code: "LETTER_TOO_LARGE", detail: { maxLetterBytes: 1_024 } },
    });
  });
});
