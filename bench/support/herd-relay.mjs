/** A Gun relay in a process of its own: opens when told to, and tells how many hang on it, as often as that changes. Words: its port, how many it takes. */
import { once } from "node:events";
import process from "node:process";
import { systemClock, systemRandom } from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";

const lookMs = 5;
const [port, most] = process.argv.slice(2).map(Number);
process.on("disconnect", () => process.exit());
process.send?.("there");
await once(process, "message");
const relay = await openGunRelay({
  clock: systemClock(),
  random: systemRandom(),
  port,
  maxConnections: most,
  // They all come from one machine.
  maxConnectionsPerRemote: most,
});
let told = 0;
process.send?.({ port: relay.port, at: Date.now() });
setInterval(() => {
  const { connections } = relay.stats();
  if (connections !== told) process.send?.({ connections, at: Date.now() });
  told = connections;
}, lookMs);
