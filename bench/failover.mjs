import { setTimeout as pause } from "node:timers/promises";
import { createSwarm, ports, replaceRoom, use } from "@swarm-space/core";
import * as z from "zod";
import { CutProxy } from "./support/cut-proxy.mjs";
import { gapRows, letters, until } from "./support/letter-flow.mjs";
import { wsPlugin } from "./support/ws-transport.mjs";

const pairs = 15;
const cutsOfEach = 3;
/** Links stand and are measured for so long before a cut. */
const steadyMs = 1_200;
const channel = { name: "failover", schema: z.number(), order: "none" };

/** What is done to the link that carries, how many ways are known and linked, and within how many milliseconds a letter is confirmed again. */
const cases = [
  { name: "error", ways: 2, how: "cut", mostMs: 100 },
  { name: "silent", ways: 2, links: 1, how: "silence", mostMs: 2_000 },
  { name: "standby", ways: 2, how: "silence", mostMs: 300 },
  // No other way is known: the same one is dialled again. Having failed it rests first, as the guard has it.
  { name: "error-lone", ways: 1, how: "cut" },
  { name: "silent-lone", ways: 1, how: "silence", mostMs: 2_000 },
];

/**
 * From the moment in which the link that carries dies until the next letter is confirmed: real sockets on loopback, through a
 * proxy that ends them or swallows what they carry. 15 pairs of nodes, three cuts each.
 */
export async function failoverRows({ progress }) {
  const rows = [];
  for (const each of cases) {
    progress(`failover: ${each.name}, ${pairs * cutsOfEach} cuts`);
    const all = await Promise.all(Array.from({ length: pairs }, (_, at) => cutPair(each, at)));
    const gaps = all.flatMap((one) => one.gaps);
    const lost = all.reduce((sum, one) => sum + one.lost, 0);
    rows.push(...gapRows({ name: each.name, gaps, lost, mostMs: each.mostMs }));
  }
  return rows;
}

/** Two nodes, cut off from each other again and again while letters flow. */
async function cutPair({ ways, links = ways, how }, place) {
  const roads = Array.from({ length: ways }, (_, at) => ({ id: `way-${at}`, proxy: new CutProxy() }));
  const addresses = [];
  const listen = roads.map(({ id }) =>
    use(wsPlugin({ id, listen: true, onAddress: (url) => addresses.push({ id, url }) })),
  );
  await using receiver = await createSwarm({ log: "silent", plugins: listen });
  receiver.channel(channel).onMessage(() => undefined);
  await receiver.start();
  const dial = [];
  for (const { id, proxy } of roads) {
    const port = Number(new URL(addresses.find((each) => each.id === id)?.url).port);
    const value = `ws://127.0.0.1:${await proxy.open(port)}`;
    dial.push(use(wsPlugin({ id, known: [{ peer: receiver.id, value }] })));
  }
  const run = { carrier: "", cutAt: undefined, heard: undefined, lost: 0, isOver: false };
  const replace = links < ways ? [replaceRoom(ports.guard, () => idleWays(run))] : [];
  await using sender = await createSwarm({ log: "silent", plugins: dial, replace });
  const lane = sender.channel(channel);
  await sender.start();
  await sender.connect(receiver.id);
  const flow = letters(lane, receiver.id, run);
  const gaps = [];
  // So that the pairs do not all fall at once.
  await pause(place * 150);
  for (let at = 0; at < cutsOfEach; at++) {
    await pause(steadyMs);
    await until(() => transportsOf(sender, receiver.id) === links);
    await pause(steadyMs / 5);
    gaps.push(await gapOf(run, roads, how));
  }
  run.isOver = true;
  await flow;
  for (const { proxy } of roads) await proxy.close();
  return { gaps, lost: run.lost };
}

/** Leaves the next way without a link until the one that carries dies. */
function idleWays(run) {
  const isFree = ({ transport }) =>
    run.carrier === "" ? transport === "way-0" : run.cutAt !== undefined && transport !== run.carrier;
  const never = { retryAt: Number.POSITIVE_INFINITY, reason: "kept idle" };
  return { admit: (way) => (isFree(way) ? { release: () => undefined } : never), record: () => undefined };
}

async function gapOf(run, roads, how) {
  const { proxy } = roads.find(({ id }) => id === run.carrier);
  const confirmed = Promise.withResolvers();
  run.heard = confirmed.resolve;
  run.cutAt = performance.now();
  if (how === "cut") proxy.cut();
  else proxy.silence();
  const gapMs = (await confirmed.promise) - run.cutAt;
  run.cutAt = undefined;
  // What swallows is taken away, so that the way is free for the next link.
  if (how === "silence") proxy.cut();
  return gapMs;
}

function transportsOf(swarm, peer) {
  return swarm.peers().find(({ id }) => id === peer)?.transports.length ?? 0;
}
