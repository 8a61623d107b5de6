import { once } from "node:events";
import { createSwarm, systemClock, systemRandom, use } from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import integrated, { finderOf } from "@swarm-space/transport-integrated";
import { openDhtNode } from "@swarm-space/webtorrent-driver/infra";
import { Server } from "bittorrent-tracker";
import * as z from "zod";
import { roadRows } from "./integrated-roads.mjs";
import { percentile, row } from "./report.mjs";
import { integratedChannelRows } from "./webrtc.mjs";

const rounds = 5;
const pairs = 4;
const letterTtlMs = 30_000;

/**
 * How long from a node's start to its first confirmed letter to a node that runs already, and of which it knows nothing: found by the
 * DHT, by a tracker, or by presence at the relay; how long letters stop when a road of theirs dies; and what its data channel carries beside
 * a raw one. Real parts on loopback; every pair is a network of its own.
 */
export async function integratedRows({ progress }) {
  const places = await openPlaces();
  try {
    const rows = [];
    for (const by of ["dht", "tracker", "presence"]) {
      const [toLetter, toDirect] = [[], []];
      for (let round = 0; round <= rounds; round++) {
        progress(`integrated, by ${by}: round ${round} of ${rounds}`);
        const waits = [];
        for (let pair = 0; pair < pairs; pair++) waits.push(await firstLetter(places, by, `${by} ${round} ${pair}`));
        // The first round warms the code.
        if (round === 0) continue;
        toLetter.push(
          percentile(
            waits.map(({ letterMs }) => letterMs),
            0.95,
          ),
        );
        toDirect.push(
          percentile(
            waits.map(({ directMs }) => directMs),
            0.95,
          ),
        );
      }
      rows.push(
        row({
          name: `start-to-letter-p95-${by}`,
          values: toLetter,
          unit: "ms",
          goal: "≤ 1000 ms",
          holds: (value) => value <= 1_000,
        }),
        row({ name: `start-to-data-channel-p95-${by}`, values: toDirect, unit: "ms" }),
      );
    }
    rows.push(...(await roadRows({ progress })));
    rows.push(...(await integratedChannelRows({ progress, relay: places.relay })));
    return rows;
  } finally {
    await places.close();
  }
}

async function openPlaces() {
  const [clock, random] = [systemClock(), systemRandom()];
  const relay = await openGunRelay({ clock, random, port: 0 });
  const tracker = new Server({ udp: false, http: true, ws: true, stats: false });
  tracker.on("warning", () => {});
  tracker.listen(0, "127.0.0.1");
  await once(tracker, "listening");
  return {
    relay: relay.url,
    tracker: `ws://127.0.0.1:${tracker.http.address().port}`,
    async close() {
      tracker.http.closeAllConnections();
      await new Promise((resolve) => tracker.close(resolve));
      await relay.close();
    },
  };
}

async function makeNode({ dht, ...places }, by, network) {
  const options = {
    gunRelays: [places.relay],
    bindAddress: "127.0.0.1",
    presence: { announce: by === "presence" },
    ...(by === "tracker" ? { trackers: [places.tracker] } : {}),
    ...(by === "dht" ? { dht: { bootstrap: [`127.0.0.1:${dht.port}`] } } : {}),
  };
  const swarm = await createSwarm({ network, log: "silent", plugins: [use(integrated, options)] });
  return { swarm, lane: swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) }) };
}

/** Each in a DHT of its own: nodes that were stopped lie in a table for minutes, and one of a few is asked for nothing. */
async function firstLetter(shared, by, network) {
  const places = { ...shared, dht: await openDhtNode({ random: systemRandom(), port: 0 }) };
  const waiting = await makeNode(places, by, network);
  waiting.lane.onMessage(() => {});
  await waiting.swarm.start();
  await isFindable(waiting.swarm, by);
  const joining = await makeNode(places, by, network);
  const direct = Promise.withResolvers();
  const met = new Promise((resolve) => joining.swarm.on("peer:connect", ({ peer }) => resolve(peer)));
  joining.swarm.on("connection:open", ({ road }) => road === "direct" && direct.resolve(performance.now()));
  const startedAt = performance.now();
  await joining.swarm.start();
  const { status } = await joining.lane.send(await met, { text: "first" }, { ttlMs: letterTtlMs });
  const letterMs = performance.now() - startedAt;
  if (status !== "confirmed") throw new Error(`the first letter was ${status}`);
  const directMs = (await direct.promise) - startedAt;
  await Promise.all([joining.swarm.stop(), waiting.swarm.stop()]);
  await places.dht.close();
  return { letterMs, directMs };
}

/** What the one who waits needs to be found: its announcement is under way when `start` resolves. */
async function isFindable(swarm, by) {
  if (by === "presence") return;
  const finder = finderOf(swarm);
  const isReady = () => finder?.status().sources.every(({ state }) => state === "ready");
  while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 5));
  // Its announcement itself takes another round trip.
  await new Promise((resolve) => setTimeout(resolve, 100));
}
