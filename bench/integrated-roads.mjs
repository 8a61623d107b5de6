import { setTimeout as pause } from "node:timers/promises";
import { createSwarm, systemClock, systemRandom, use } from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import { integratedWith } from "@swarm-space/transport-integrated";
import * as z from "zod";
import { DataChannels } from "../examples/hybrid-swarm/data-channels.ts";
import { gapRows, letters, until } from "./support/letter-flow.mjs";

const pairs = 4;
const killsOfEach = 6;
/** Both roads stand and are measured for so long before a kill. */
const steadyMs = 600;
const channel = { name: "roads", schema: z.number(), order: "none" };

/**
 * From the moment in which one road of the integrated transport dies until the next letter is confirmed: the data channel, whose
 * place the relay takes, 24 times; and then the relay, beside which the data channel goes on.
 */
export async function roadRows({ progress }) {
  progress(`integrated, its data channel is killed ${pairs * killsOfEach} times, and then its relay`);
  const all = await Promise.all(Array.from({ length: pairs }, (_, place) => killPair(place)));
  const lost = all.reduce((sum, one) => sum + one.lost, 0);
  const gapsOf = (road) => all.flatMap((one) => one[road]);
  return [
    ...gapRows({ name: "data-channel-killed", gaps: gapsOf("direct"), lost, mostMs: 300 }),
    ...gapRows({ name: "relay-killed", gaps: gapsOf("relay"), lost, mostMs: 300 }),
  ];
}

async function killPair(place) {
  const relay = await openGunRelay({ clock: systemClock(), random: systemRandom(), port: 0 });
  const channels = new DataChannels();
  const node = (openEngine) => {
    const plugin = openEngine === undefined ? integratedWith({}) : integratedWith({ openEngine });
    const options = { gunRelays: [relay.url], bindAddress: "127.0.0.1" };
    return createSwarm({ log: "silent", network: `roads ${place}`, plugins: [use(plugin, options)] });
  };
  await using receiver = await node();
  receiver.channel(channel).onMessage(() => undefined);
  await receiver.start();
  await using sender = await node((o) => channels.openEngine(o));
  const lane = sender.channel(channel);
  await sender.start();
  await sender.connect(receiver.id);
  const run = { carrier: "", cutAt: undefined, heard: undefined, lost: 0, isOver: false };
  const flow = letters(lane, receiver.id, run);
  const gapsOfKills = { direct: [], relay: [] };
  // So that the pairs do not all fall at once.
  await pause(place * 150);
  for (let at = 0; at < killsOfEach; at++) {
    await until(() => standing(sender, receiver.id).join() === "direct,relay");
    await pause(steadyMs);
    gapsOfKills.direct.push(await gapOf(run, () => channels.cut()));
    channels.heal();
  }
  await until(() => standing(sender, receiver.id).join() === "direct,relay");
  await pause(steadyMs);
  gapsOfKills.relay.push(await gapOf(run, () => relay.close()));
  run.isOver = true;
  await flow;
  return { ...gapsOfKills, lost: run.lost };
}

/** The roads between the two, the one that carries first. */
function standing(swarm, peer) {
  const ways = swarm.explain(peer).ways;
  return ["carries", "standby"].flatMap((state) => ways.filter((way) => way.state === state).map(({ road }) => road));
}

async function gapOf(run, kill) {
  const confirmed = Promise.withResolvers();
  run.heard = confirmed.resolve;
  run.cutAt = performance.now();
  const killed = kill();
  const gapMs = (await confirmed.promise) - run.cutAt;
  run.cutAt = undefined;
  await killed;
  return gapMs;
}
