import { createSwarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { decode, encode } from "cborg";
import * as z from "zod";
import { burst } from "./letters.mjs";
import { median, row } from "./report.mjs";

const rounds = 5;

/** Letters through two kernels on the memory transport, both in this process: acknowledged, validated, deduped. */
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
    floor.push(codecFloor(100_000, text));
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
      goal: "≥ 100,000/s",
      holds: (value) => value >= 100_000,
    }),
    row({ name: "large", values: largeRates, unit: "MB/s" }),
    row({ name: "roundtrip", values: trips, unit: "ms" }),
  ];
}

/** What the codec alone takes for the same letters, at 32 a frame: body and frame, both ways. */
function codecFloor(count, text) {
  const started = performance.now();
  for (let at = 0; at < count; at += 32) {
    const items = [];
    for (let i = 0; i < 32; i++) items.push([1, at + i, "bench", 0, 30_000, encode({ text, n: at + i })]);
    for (const item of decode(encode([1, at, ...items])).slice(2)) decode(item[5]);
  }
  return (count * 1000) / (performance.now() - started);
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
