/**
 * Every room of a node can be another one: here its clock, which runs a hundred times as fast as the system's.
 * A letter that may wait half a minute for a peer that is not there is given up after a third of a second.
 */
import { type Clock, codeOf, createSwarm, ephemeralIdentity, ports, replaceRoom, systemClock } from "@swarm-space/core";
import * as z from "zod";

const speed = 100;

function fastClock(clock: Clock): Clock {
  return {
    now: () => clock.now() * speed,
    wall: () => clock.wall(),
    timer: (delayMs, fn) => clock.timer(delayMs / speed, fn),
  };
}

await using swarm = await createSwarm({ replace: [replaceRoom(ports.clock, () => fastClock(systemClock()))] });
await swarm.start();
const notes = swarm.channel({ name: "notes", schema: z.string() });
const { id: nobody } = await ephemeralIdentity();
const clock = swarm.get(ports.clock);
const startedAt = clock.now();
const outcome = await notes.send(nobody, "are you there?", { ttlMs: 30_000 }).then(
  ({ status }) => status,
  (error: unknown) => codeOf(error, "UNEXPECTED"),
);
console.log(`${outcome} after ${Math.round((clock.now() - startedAt) / 1_000)} s of the node's own time`);
