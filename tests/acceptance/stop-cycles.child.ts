// Starts and stops two connected nodes on the machine's own clock, and prints what the cycles left behind.
import { setImmediate } from "node:timers/promises";
import { createSwarm, use } from "@swarm-space/core";
import { activeResources, leakedSince, MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import * as z from "zod";
import { collectGarbage } from "./garbage.ts";

const cycles = Number(process.argv[2]);
const kept: Uint8Array[] = [];
let unhandled = 0;
process.on("unhandledRejection", () => {
  unhandled++;
});

const before = activeResources();
const network = new MemoryNetwork();
const plugins = [use(memoryPlugin({ network }))];
const schema = z.object({ cycle: z.number() });
const a = await createSwarm({ plugins });
const b = await createSwarm({ plugins });
let delivered = 0;
b.channel({ name: "cycles", schema }).onMessage(() => {
  delivered++;
});
const lane = a.channel({ name: "cycles", schema });

const heap: { readonly cycle: number; readonly bytes: number }[] = [];
for (let cycle = 0; cycle < cycles; cycle++) {
  await Promise.all([a.start(), b.start()]);
  await lane.send(b.id, { cycle });
  await Promise.all([a.stop(), b.stop()]);
  // A turn of the host: weak references, of signals too, hold what they gave until it ends.
  await setImmediate();
  if (process.argv[3] === "leak") kept.push(new Uint8Array(4_096));
  // The first fifth fills caches that are bounded.
  if (cycle >= cycles / 5 && cycle % 20 === 0) heap.push({ cycle, bytes: collectGarbage() });
}

console.log(
  JSON.stringify({
    cycles,
    delivered,
    heapSlopeBytes: Math.round(slope(heap)),
    resourcesLeft: Object.fromEntries(await leakedSince(before)),
    unhandled,
  }),
);
if (kept.length < 0) console.log(kept);

/** Least squares: bytes a cycle. */
function slope(points: readonly { readonly cycle: number; readonly bytes: number }[]): number {
  const meanX = points.reduce((sum, { cycle }) => sum + cycle, 0) / points.length;
  const meanY = points.reduce((sum, { bytes }) => sum + bytes, 0) / points.length;
  const covariance = points.reduce((sum, { cycle, bytes }) => sum + (cycle - meanX) * (bytes - meanY), 0);
  return covariance / points.reduce((sum, { cycle }) => sum + (cycle - meanX) ** 2, 0);
}
