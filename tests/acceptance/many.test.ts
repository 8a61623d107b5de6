import { type Channel, createSwarm, type Link, type LinkFactory, roomPorts, type Swarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { collectGarbage } from "./garbage.ts";
import { forgetLedger } from "./stage.ts";

const count = { name: "count", schema: z.number() };

/** A sender whose links say every n-th frame twice, below the seal's replay guard: the ledger alone can tell. */
function stutter(swarm: Swarm, every: number): void {
  const factory = swarm.get(roomPorts.links);
  const establish = factory.establish.bind(factory);
  let frames = 0;
  const stuttering: LinkFactory["establish"] = async (connection, o): Promise<Link> => {
    const link = await establish(connection, o);
    return {
      ...link,
      send: (frame) => {
        if (++frames % every === 0) link.send(frame);
        return link.send(frame);
      },
    };
  };
  factory.establish = stuttering;
}

async function pair(stutterEvery = 10) {
  const network = new MemoryNetwork();
  const plugins = [use(memoryPlugin({ network }))];
  const a = await createSwarm({ plugins, log: "silent" });
  const b = await createSwarm({ plugins, log: "silent" });
  stutter(a, stutterEvery);
  return { network, a, b };
}

/** Sends numbers in batches and notes how often each arrived. */
async function send(b: Swarm, from: number, to: number, lane: Channel<number>): Promise<void> {
  const batch = 4_000;
  for (let i = from; i < to; i += batch) {
    const receipts = [];
    for (let k = i; k < Math.min(i + batch, to); k++) receipts.push(lane.send(b.id, k));
    await Promise.all(receipts);
  }
}

describe("ACCEPTANCE 4: 1,000,000 distinct messages", () => {
  test("dedupe memory stays under its cap, and ids inside the window are still suppressed", {
    timeout: 120_000,
  }, async () => {
    const { a, b } = await pair();
    const letters = 1_000_000;
    const times = new Uint8Array(letters);
    b.channel(count).onMessage((n) => {
      times[n] = (times[n] ?? 0) + 1;
    });
    let doubles = 0;
    b.on("message:duplicate", () => {
      doubles++;
    });
    await Promise.all([a.start(), b.start()]);
    await a.connect(b.id);
    const lane = a.channel(count);
    await send(b, 0, 100_000, lane);
    const warm = collectGarbage();
    const doublesBefore = doubles;
    const begun = performance.now();
    await send(b, 100_000, letters, lane);
    const seconds = (performance.now() - begun) / 1_000;
    const grownKiB = (collectGarbage() - warm) / 1_024;
    console.log(
      `figure: 900,000 letters in ${seconds.toFixed(1)} s, ${doubles} doubles suppressed, heap ${grownKiB.toFixed(0)} KiB more`,
    );
    expect(times.every((each) => each === 1)).toBe(true);
    expect(doubles - doublesBefore).toBeGreaterThan(10_000);
    expect(grownKiB).toBeLessThan(2_048);
    expect(b.get(roomPorts.ledger).peers).toBe(1);
    await Promise.all([a.stop(), b.stop()]);
  });

  test("without the ledger ids inside the window are delivered twice", async () => {
    const { a, b } = await pair(2);
    forgetLedger(b);
    let delivered = 0;
    b.channel(count).onMessage(() => {
      delivered++;
    });
    await Promise.all([a.start(), b.start()]);
    await send(b, 0, 8_000, a.channel(count));
    expect(delivered).toBeGreaterThan(8_000);
    await Promise.all([a.stop(), b.stop()]);
  });
});
