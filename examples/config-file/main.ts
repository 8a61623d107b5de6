/** A node from `swarm.config.ts`, and one from `guest.config.json` that comes by. `swarm-space start` runs such files as they are. */
import { fileURLToPath } from "node:url";
import { createSwarmFromFile } from "@swarm-space/core/node";

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

await using host = await createSwarmFromFile(fileOf("swarm.config.ts"));
await using guest = await createSwarmFromFile(fileOf("guest.config.json"));
await Promise.all([host.start(), guest.start()]);
await guest.connect(host.id, { signal: AbortSignal.timeout(10_000) });
console.log(`${host.network}: the guest reaches the host by ${guest.peers()[0]?.transports.join(", ")}`);
