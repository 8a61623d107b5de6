/** A Gun relay in a process of its own, so that it can be killed. Its port is the first word; 0: any. */
import process from "node:process";
import { systemClock, systemRandom } from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";

const relay = await openGunRelay({
  clock: systemClock(),
  random: systemRandom(),
  port: Number(process.argv[2]),
});
process.send?.({ port: relay.port });
process.on("disconnect", () => process.exit());
