/** One of two hosts in the lab: a node for each way of the table, in one process. Each round is new nodes. */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, createSwarm, roomPorts } from "@swarm-space/core";
import { hybridPlugins } from "@swarm-space/hybrid";
import * as z from "zod";
import { obeyOrders } from "../../lab/obey-orders.mjs";
import { median } from "../report.mjs";
import { claims } from "./claims.ts";

const chat = { name: "chat", schema: z.object({ text: z.string() }) };
const trips = 21;
let nodes = [];

obeyOrders({
  async make({ network, servers }) {
    nodes = await Promise.all(
      claims.map(async ({ transport, road, options }) => {
        const plugins = hybridPlugins({
          ...options,
          servers,
          store: false,
          chain: false,
          discovery: { bootstrap: [] },
        });
        const swarm = await createSwarm({ network: `${network}-${road}`, log: "silent", plugins });
        const lane = swarm.channel(chat);
        lane.onMessage(() => {});
        return { transport, swarm, lane };
      }),
    );
    return Object.fromEntries(nodes.map(({ transport, swarm }) => [transport, swarm.id]));
  },
  async start() {
    await Promise.all(nodes.map(({ swarm }) => swarm.start()));
  },
  /** Whether each way joins the two, and by what; then, one after the other, how long a letter takes to be confirmed. */
  async write({ ids, ttlMs, measures }) {
    const ends = {};
    await Promise.all(
      nodes.map(async ({ transport, swarm, lane }) => {
        try {
          const { status } = await lane.send(ids[transport], { text: "first" }, { ttlMs });
          const direct = swarm.get(roomPorts.book).links(ids[transport])[0]?.link.connection.capabilities.direct;
          // What lies in a mailbox joins nobody.
          const isJoined = status === "confirmed";
          ends[transport] = { isJoined, by: isJoined ? (direct ? "directly" : "by a relay") : "left in a mailbox" };
        } catch (error) {
          ends[transport] = { isJoined: false, by: codeOf(error, "UNEXPECTED") };
        }
      }),
    );
    for (const { transport, lane } of measures ? nodes : []) {
      const elapsedMs = [];
      for (let at = 0; at < trips; at += 1) {
        elapsedMs.push((await lane.send(ids[transport], { text: `${at}` }, { ttlMs })).elapsedMs);
        await sleep(20);
      }
      ends[transport].latencyMs = median(elapsedMs);
    }
    return ends;
  },
  async stop() {
    await Promise.all(nodes.map(({ swarm }) => swarm.stop()));
    nodes = [];
  },
});
