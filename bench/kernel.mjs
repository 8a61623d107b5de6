import { createSwarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import * as z from "zod";
import { burst } from "./letters.mjs";
import { median, row } from "./report.mjs";
import { sealedFloor } from "./support/sealed-floor.mjs";

const rounds = 5;

/** Letters through two kernels on the memory transport, both in this process: sealed, acknowledged, validated, deduped. */
export async function kernelRows({ progress }) {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  const chat = { name: "bench", schema: z.object({ text: z.string(), n: z.number() }) };
  const blob = { name: "blob", schema: z.instanceof(Uint8Array) };
  let heard = 0;
  bob.channel(chat).onMessage(() => void heard++);
  bob.channel(blob).onMessage(() => void heard++);
  const small = alice.channel(chat);
  const large = alice.channel(blob);
  await Promise.all([alice.start(), bob.start()]);
  await alice.connect(bob.id);

  const text = "x".repeat(80);
  const floor = [];
  const smallRates = [];
  const largeRates = [];
  const trips = [];
  await burst(20_000, 2_000, (n) => small.send(bob.id, { text, n }));
  for (let i = 0; i < rounds; i++) {
    progress(`kernel: round ${i + 1} of ${rounds}`);
    floor.push(sealedFloor(100_000));
    smallRates.push(await burst(100_000, 2_000, (n) => small.send(bob.id, { text, n })));
    const bytes = new Uint8Array(65_536).fill(i);
    largeRates.push(((await burst(2_000, 64, () => large.send(bob.id, bytes))) * bytes.length) / 1e6);
    trips.push(median(await roundTrips(500, () => small.send(bob.id, { text, n: 0 }))));
  }
  if (heard !== 20_000 + rounds * (100_000 + 2_000 + 500)) throw new Error(`${heard} letters were handled`);
  return [
    row({
      name: "small",
      values: smallRates,
      unit: "letters/s",
      baseline: floor,
      goal: "≥ 150,000/s and ≥ 0.6 × codec and sealing alone",
      holds: (value, ratio) => value >= 150_000 && ratio >= 0.6,
    }),
    row({ name: "large", values: largeRates, unit: "MB/s", goal: "≥ 150 MB/s", holds: (value) => value >= 150 }),
    row({ name: "roundtrip", values: trips, unit: "ms", goal: "≤ 0.2 ms", holds: (value) => value <= 0.2 }),
  ];
}

async function roundTrips(count, send) {
  const trips = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await send();
    trips.push(performance.now() - started);
  }
  return trips;
}
