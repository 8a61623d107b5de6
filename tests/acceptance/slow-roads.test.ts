import { use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";
import { heard, outcome, reaches, Stage } from "./stage.ts";

const channel = { name: "slow", schema: z.instanceof(Uint8Array) };

test.for([
  [10_000, 200_000],
  [30_000, 300_000],
  [100_000, 1_000_000],
  [200_000, 8_000_000],
  [1_000_000, 15_000_000],
] as const)(
  "over %i bytes a second, %i bytes arrive on the first try: a slow road is no dead one",
  async ([bytesPerSecond, length]) => {
    await using stage = new Stage();
    const plugins = [use(memoryPlugin({ network: stage.network }))];
    const a = await stage.node("a", plugins);
    const b = await stage.node("b", plugins);
    b.channel(channel).onMessage(() => {});
    await stage.start();
    await stage.eventually(() => reaches(a, b, "memory"), "a way");
    await stage.clock.advance(10_000);
    const begun = stage.clock.now();
    const closed = heard(a, "connection:close");
    const retried = heard(a, "letter:retry");
    stage.network.inject({}, { bytesPerSecond, latencyMs: 50 });
    const result = await stage.until(
      outcome(a.channel(channel).send(b.id, new Uint8Array(length), { ttlMs: 600_000 })),
      700_000,
    );
    expect(result).toMatchObject({ value: { status: "confirmed" } });
    expect(closed).toEqual([]);
    expect(retried).toEqual([]);
    expect((stage.clock.now() - begun) / 1_000).toBeLessThan((1.1 * length) / bytesPerSecond + 1);
  },
);
