/** A relay in a process of its own, as `swarm-space infra` runs it. */
import process from "node:process";
import { systemClock, systemRandom } from "@swarm-space/core";
import { openGunRelay } from "@swarm-space/gun-driver/relay";
import { gunMailboxes } from "@swarm-space/transport-gun";

const relay = await openGunRelay({
  clock: systemClock(),
  random: systemRandom(),
  port: 0,
  mailboxes: gunMailboxes({}),
});
process.on("disconnect", () => relay.close());
process.send({ url: relay.url });
