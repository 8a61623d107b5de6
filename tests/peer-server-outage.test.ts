import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type Channel,
  createSwarm,
  type PluginUse,
  ports,
  replaceRoom,
  type Swarm,
  systemRandom,
  use,
} from "@swarm-space/core";
import resilience, { getConnectionResilience } from "@swarm-space/resilience";
import { memoryPlugin } from "@swarm-space/testkit";
import peerjs from "@swarm-space/transport-peerjs";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { heard, reaches, Stage } from "./acceptance/stage.ts";
import { openCountingDoor } from "./support/counting-door.ts";
import { sightings } from "./support/sightings.ts";
import { forkStockServer } from "./support/stock-peer-server.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const channel = { name: "outage", schema: z.object({ text: z.string() }) };
const local = { bindAddress: "127.0.0.1", listPeers: false };
/** Chance that lets a node wait long each time: it does not take a server for away while another is being started. */
const patient = { bytes: (length: number) => systemRandom().bytes(length), float: () => 0.9 };

type Letters = Channel<{ readonly text: string }>;

async function started(
  url: string,
): Promise<{ readonly swarm: Swarm; readonly letters: Letters; readonly texts: string[] }> {
  const swarm = await createSwarm({
    log: "silent",
    network: "outage",
    plugins: [use(peerjs, { ...local, backoffBaseMs: 200, servers: [url] }), use(resilience)],
    replace: [replaceRoom(ports.random, () => patient)],
  });
  undo.push(() => swarm.stop());
  const texts: string[] = [];
  const letters = swarm.channel(channel);
  letters.onMessage(({ text }) => void texts.push(text));
  await swarm.start();
  return { swarm, letters, texts };
}

async function sendMany(from: { readonly letters: Letters }, to: { readonly swarm: Swarm }, word: string) {
  const sent = Array.from({ length: 100 }, (_, at) => ({ text: `${word} ${at}` }));
  const receipts = await Promise.all(sent.map((letter) => from.letters.send(to.swarm.id, letter, { ttlMs: 10_000 })));
  expect(new Set(receipts.map(({ status, transport }) => `${status} by ${transport}`))).toEqual(
    new Set(["confirmed by peerjs"]),
  );
  return sent.map(({ text }) => text);
}

const stateOf = (swarm: Swarm) => swarm.getTransportStatus().health.get("peerjs")?.status.state;

test("a stock server is killed, and a new one stands in its place: what is open lives on, and others are met again", async () => {
  const server = await forkStockServer();
  undo.push(() => server.kill());
  const [a, b] = await Promise.all([started(server.url), started(server.url)]);
  await a.swarm.connect(b.swarm.id);
  const closed = heard(a.swarm, "connection:close");
  await server.kill();
  await expect.poll(() => [stateOf(a.swarm), stateOf(b.swarm)]).toEqual(["degraded", "degraded"]);
  const said = await Promise.all([sendMany(a, b, "without a server"), sendMany(b, a, "without a server")]);
  expect(b.texts).toEqual(said[0]);
  expect(a.texts).toEqual(said[1]);
  const replaced = await forkStockServer(server.port);
  undo.push(() => replaced.kill());
  await expect.poll(() => [stateOf(a.swarm), stateOf(b.swarm)], { timeout: 10_000 }).toEqual(["active", "active"]);
  const c = await started(server.url);
  await c.swarm.connect(a.swarm.id);
  await sendMany(c, a, "from one who came later");
  await sendMany(a, b, "and on");
  expect(closed).toEqual([]);
});

/** Strangers of whom a node hears, with addresses at that server. */
function strangersAt(url: string): PluginUse {
  const peers = [..."abcdefgh"].map((letter) => letter.repeat(52));
  return sightings(
    ...peers.map((peer) => ({ peer, addresses: [{ transport: "peerjs", value: peer, rendezvous: url }] })),
  );
}

const hourMs = 3_600_000;

/** An hour of virtual time in which a node writes to another, over another transport, once a minute: how long each letter took. */
async function anHour(
  stage: Stage,
  own: readonly PluginUse[],
  watch: (node: Swarm) => (() => Promise<void>) | undefined,
) {
  const memory = use(memoryPlugin({ network: stage.network }));
  stage.network.inject({}, { latencyMs: 30 });
  const a = await stage.node("a", [memory, use(resilience), ...own]);
  const b = await stage.node("b", [memory, use(resilience)]);
  const letters = a.channel(channel);
  b.channel(channel).onMessage(() => {});
  const retried = heard(a, "letter:retry");
  const eachSecond = watch(a);
  await stage.start();
  await stage.eventually(() => reaches(a, b, "memory"), "a way");
  const elapsedMs: number[] = [];
  for (let second = 0; second < hourMs / 1_000; second += 1) {
    if (second % 60 === 0) {
      const receipt = letters.send(b.id, { text: `second ${second}` }, { ttlMs: 30_000 });
      elapsedMs.push((await stage.until(receipt)).elapsedMs);
    }
    await stage.clock.advance(1_000);
    await eachSecond?.();
  }
  expect(retried).toEqual([]);
  return elapsedMs;
}

test("a stock server is gone for an hour: at most one probe a minute, its breaker opens at the fifth failure, nothing else is slower", async () => {
  const server = await forkStockServer();
  await server.kill();
  const door = await openCountingDoor(server.port);
  undo.push(() => door.close());
  const dialledAtMs: number[] = [];
  const failuresAtOpening: (number | undefined)[] = [];
  await using stage = new Stage();
  const own = [use(peerjs, { ...local, servers: [server.url] }), strangersAt(server.url)];
  const during = await anHour(stage, own, (node) => {
    node.on("breaker:open", ({ rendezvous }) => {
      const open = getConnectionResilience(node).getOpenBreakers();
      if (rendezvous === server.url)
        failuresAtOpening.push(open.find((each) => each.rendezvous === rendezvous)?.failures);
    });
    return async () => {
      // What is under way outside goes on while virtual time stands.
      await nextTurn();
      await door.quiet();
      while (dialledAtMs.length < door.dials) dialledAtMs.push(stage.clock.now());
    };
  });
  // Five within half a minute, and then one probe in one to two minutes.
  expect(dialledAtMs[4]).toBeLessThan(60_000);
  const pausesMs = dialledAtMs.slice(5).map((at, index) => at - (dialledAtMs[index + 4] ?? 0));
  expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(59_000);
  expect(pausesMs.length).toBeGreaterThanOrEqual(25);
  expect(failuresAtOpening[0]).toBe(5);
  await using quiet = new Stage();
  expect(during).toEqual(await anHour(quiet, [], () => undefined));
  expect(during).toHaveLength(60);
});
