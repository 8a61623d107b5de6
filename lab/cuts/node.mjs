/** One of two nodes that write to each other while the network between them is cut. When the parent is gone, this ends. */
import { codeOf, createSwarm, replaceRoom, roomPorts, silentNetwork, use } from "@swarm-space/core";
import resilience from "@swarm-space/resilience";
import { integratedWith } from "@swarm-space/transport-integrated";
import * as z from "zod";
import { DataChannels } from "../../examples/hybrid-swarm/data-channels.ts";
import { obeyOrders } from "../obey-orders.mjs";

const letter = { name: "letters", schema: z.int() };
/** Seconds instead of minutes, so that a road that failed is dialled again before the next cut. */
const soon = {
  failureThreshold: 3,
  openStateTimeout: 1_500,
  halfOpenSuccessThreshold: 1,
  maxBackoffMs: 1_000,
  baseBackoffMs: 100,
  // The relay lies halfway, and no road is shorter than the one by it: the data channel is to carry all the same, so that it can be cut.
  relayPenaltyMs: 500,
  minSwitchMs: 500,
};
const channels = new DataChannels();
let swarm;
let lane;
let writing;
const open = new Set();
const arrived = [];
const failed = [];
/** When each letter was written, by its number: wall ms. */
const written = [];
/** When each data channel stood, and ended: wall ms, and 1 or -1. */
const changes = [];

obeyOrders({
  /** @param order.asShipped with the resilience of a node that sets nothing; `isBlind`: it does not look at its machine's addresses */
  async make({ addresses: { relay, tracker, dht, stun }, asShipped = false, isBlind = false }) {
    const options = {
      gunRelays: [relay],
      trackers: [tracker.url],
      dht: { bootstrap: [dht.bootstrap] },
      iceServers: [{ urls: `stun:${stun.host}:${stun.port}` }],
    };
    const integrated = integratedWith({ openEngine: (o) => channels.openEngine(o) });
    swarm = await createSwarm({
      log: "silent",
      network: "cuts",
      plugins: [use(integrated, options), use(resilience, asShipped ? {} : soon)],
      replace: isBlind ? [replaceRoom(roomPorts.network, silentNetwork)] : [],
    });
    const onDirect = (by) => (detail) => detail.road === "direct" && changes.push({ at: Date.now(), by });
    swarm.on("connection:open", onDirect(1));
    swarm.on("connection:close", onDirect(-1));
    lane = swarm.channel(letter);
    lane.onMessage((number) => void arrived.push({ number, at: Date.now() }));
    await swarm.start();
    return { id: swarm.id };
  },
  talk({ to, everyMs, ttlMs }) {
    writing = setInterval(() => {
      const number = written.push(Date.now()) - 1;
      const settled = lane.send(to, number, { ttlMs }).catch((error) => {
        failed.push({ number, code: codeOf(error, String(error)) });
      });
      open.add(settled);
      void settled.finally(() => open.delete(settled));
    }, everyMs);
  },
  /** By which roads the two are connected, the one that carries first. */
  roads({ to }) {
    const ways = swarm.explain(to).ways.filter(({ state }) => state === "carries" || state === "standby");
    return { roads: ways.sort((a, b) => (a.state < b.state ? -1 : 1)).map(({ road }) => road) };
  },
  cut: () => channels.cut(),
  healCut: () => channels.heal(),
  async hush() {
    clearInterval(writing);
    await Promise.all(open);
  },
  log: () => ({ sent: written.length, written, arrived, failed, changes }),
  stop: () => swarm.stop(),
});
