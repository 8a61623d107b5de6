import { type Channel, createSwarm, type Swarm, SwarmError, systemClock, systemRandom, use } from "@swarm-space/core";
import { type GunRelay, openGunRelay } from "@swarm-space/gun-driver/relay";
import transportGun from "@swarm-space/transport-gun";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { anyMessage } from "./any-message.ts";
import { outcome } from "./stage.ts";

const channel = { name: "payload", schema: z.unknown() };

describe("ACCEPTANCE 7 over gun, through a real relay", () => {
  const heard: unknown[] = [];
  let relay: GunRelay;
  let a: Swarm;
  let b: Swarm;
  let lane: Channel<unknown>;

  beforeAll(async () => {
    relay = await openGunRelay({ port: 0, clock: systemClock(), random: systemRandom() });
    const plugins = [use(transportGun, { relays: [relay.url] })];
    a = await createSwarm({ plugins, log: "silent" });
    b = await createSwarm({ plugins, log: "silent" });
    lane = a.channel(channel);
    b.channel(channel).onMessage((message) => void heard.push(message));
    await Promise.all([a.start(), b.start()]);
    await a.connect(b.id);
  });
  afterAll(async () => {
    await Promise.all([a.stop(), b.stop()]);
    await relay.close();
  });

  async function travel(message: unknown) {
    heard.length = 0;
    return outcome(lane.send(b.id, message));
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
      { numRuns: 100 },
    );
  });

  test.for([
    ["nested", { a: { b: { c: [1, [2, [3, { d: null }]]] } } }],
    ["arrays, which Gun's graph has not", [[], [[]], [1, [2]]]],
    ["empty", [{}, [], "", new Uint8Array()]],
    ["unicode, and Gun's own separators", "Grüße, 世界, 👩‍👩‍👧‍👦, \u0000, \u001b, \u001c, /, #, ."],
    ["binary", Uint8Array.from({ length: 256 }, (_, i) => i)],
    ["Gun's own words", { "#": "soul", ">": 1, _: { "#": "x" }, put: {}, get: "" }],
  ] as const)("%s", async ([, message]) => {
    expect(await travel(message)).toMatchObject({ value: { status: "confirmed", transport: "gun" } });
    expect(heard).toStrictEqual([message]);
  });

  test.for([1_000, 100_000, 1_000_000])("%i bytes", async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
    expect(await travel({ bytes })).toMatchObject({ value: { status: "confirmed", transport: "gun" } });
    expect(heard).toStrictEqual([{ bytes }]);
  });
});
