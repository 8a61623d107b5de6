import { createSwarm, use } from "@swarm-space/core";
import * as z from "zod";
import { tcpPlugin } from "../support/tcp-transport.mjs";

const tickMs = 4;
const lettersPerTick = 10;
const chat = { name: "chat", schema: z.object({ text: z.string() }) };

/** A node that means well. */
export async function honestNode(to, from) {
  const swarm = await createSwarm({ log: "silent", plugins: [use(tcpPlugin({ from, to }))] });
  const channel = swarm.channel(chat);
  await swarm.start();
  return { swarm, channel };
}

/** Milliseconds until a new node is connected. */
export async function joinMs(to, from, patienceMs = 15_000) {
  const started = performance.now();
  const { swarm } = await honestNode(to, from);
  try {
    await swarm.connect(to.peer, { signal: AbortSignal.timeout(patienceMs) });
    return performance.now() - started;
  } catch {
    return patienceMs;
  } finally {
    await swarm.stop();
  }
}

/** Letters at a steady pace: p95 of the time to the receipt, and how many a second were confirmed. */
export async function pace({ channel }, to, ms) {
  const trips = [];
  const open = [];
  let failed = 0;
  const started = performance.now();
  for (let ticks = 1; performance.now() - started < ms; ticks++) {
    for (let i = 0; i < lettersPerTick; i++) {
      const sentAt = performance.now();
      const trip = channel.send(to.peer, { text: "well" }).then(
        () => trips.push(performance.now() - sentAt),
        () => failed++,
      );
      open.push(trip);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, started + ticks * tickMs - performance.now())));
  }
  const elapsed = performance.now() - started;
  await Promise.all(open);
  trips.sort((a, b) => a - b);
  return {
    p95Ms: trips[Math.floor(trips.length * 0.95)] ?? Number.POSITIVE_INFINITY,
    perSecond: (trips.length * 1000) / elapsed,
    failed,
  };
}
