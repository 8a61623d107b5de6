import { createSwarm, type Swarm, use } from "@swarm-space/core";
import integrated, { finderOf } from "@swarm-space/transport-integrated";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { spawnInfra } from "./support/infra-process.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const channel = { name: "killed", schema: z.int() };
const carries = (from: Swarm, to: Swarm) => from.explain(to.id).ways.find(({ state }) => state === "carries")?.road;
const stateOf = (swarm: Swarm) => swarm.getTransportStatus().health.get("integrated")?.status.state;

test("relay and tracker are killed after two nodes that met by the tracker are connected: the data channel goes on", async () => {
  const infra = await spawnInfra();
  undo.push(() => infra.kill());
  const node = async () => {
    const options = {
      gunRelays: [infra.relay],
      trackers: [infra.tracker],
      bindAddress: "127.0.0.1",
      presence: { announce: false },
    };
    const swarm = await createSwarm({ log: "silent", network: "killed", plugins: [use(integrated, options)] });
    undo.push(() => swarm.stop());
    const heard: number[] = [];
    const lane = swarm.channel(channel);
    lane.onMessage((number) => void heard.push(number));
    return { swarm, lane, heard };
  };
  const [a, b] = [await node(), await node()];
  const met = new Promise<string>((resolve) => a.swarm.on("peer:connect", ({ peer }) => resolve(peer)));
  await Promise.all([a.swarm.start(), b.swarm.start()]);
  expect(await met).toBe(b.swarm.id);
  await expect
    .poll(() => [carries(a.swarm, b.swarm), carries(b.swarm, a.swarm)], { timeout: 10_000 })
    .toEqual(["direct", "direct"]);
  await infra.kill();
  await expect.poll(() => [stateOf(a.swarm), stateOf(b.swarm)], { timeout: 10_000 }).toEqual(["degraded", "degraded"]);
  await expect.poll(() => finderOf(a.swarm)?.status().sources[0]?.state, { timeout: 10_000 }).toBe("away");
  const numbers = Array.from({ length: 200 }, (_, number) => number);
  const receipts = await Promise.all(
    numbers.flatMap((number) => [a.lane.send(b.swarm.id, number), b.lane.send(a.swarm.id, number)]),
  );
  expect(new Set(receipts.map(({ status }) => status))).toEqual(new Set(["confirmed"]));
  expect([a.heard, b.heard]).toEqual([numbers, numbers]);
  expect([carries(a.swarm, b.swarm), carries(b.swarm, a.swarm)]).toEqual(["direct", "direct"]);
});
