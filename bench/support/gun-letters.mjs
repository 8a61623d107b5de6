/** A node that reaches others by one Gun relay alone, in a process of its own: it hears letters, and sends them when asked. */
import process from "node:process";
import { createSwarm, use } from "@swarm-space/core";
import gun from "@swarm-space/transport-gun";
import { burst, smallChannel, smallText } from "../letters.mjs";
import { median } from "../report.mjs";
import { roundTrips } from "./round-trips.mjs";

const swarm = await createSwarm({ plugins: [use(gun, { relays: [process.argv[2]] })] });
const small = swarm.channel(smallChannel);
let heard = 0;
small.onMessage(() => void heard++);
await swarm.start();

const send = (peer, n) => small.send(peer, { text: smallText, n });

/** What the parent may ask for; the answer goes back as `{ done }`. */
const orders = {
  connect: ({ peer }) => swarm.connect(peer),
  burst: ({ peer, count }) => burst(count, 2_000, (n) => send(peer, n)),
  trips: async ({ peer, count }) => median(await roundTrips(count, (n) => send(peer, n))),
  heard: () => heard,
};

process.on("message", async (order) => process.send({ done: (await orders[order.kind](order)) ?? null }));
process.on("disconnect", () => swarm.stop());
process.send({ peer: swarm.id });
