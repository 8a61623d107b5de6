import { expect, test } from "vitest";
import { replaceRoom } from "../../src/assembly/replacement.ts";
import { roomPorts } from "../../src/assembly/room-ports.ts";
import type { LinkFactory } from "../../src/messaging/link.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { createSwarm } from "../../src/swarm/create-swarm.ts";

test("what a run shook hands with ends with the run, and the next begins without it", async () => {
  let renewed = 0;
  const links: LinkFactory = {
    establish: () => Promise.reject(new Error("nobody dials here")),
    renew: () => {
      renewed++;
    },
  };
  const swarm = await createSwarm({
    log: "silent",
    plugins: [],
    identity: identityFromSecret(new Uint8Array(32).fill(1)),
    replace: [replaceRoom(roomPorts.links, () => links)],
  });
  const counts: number[] = [];
  for (let run = 0; run < 2; run++) {
    await swarm.start();
    counts.push(renewed);
    await swarm.stop();
    counts.push(renewed);
  }
  expect(counts).toEqual([1, 2, 3, 4]);
});
