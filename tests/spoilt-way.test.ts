import { createSwarm, ports, replaceRoom, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin, SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";

const chat = { name: "chat", schema: z.object({ text: z.string() }) };

test("a way that is spoilt behind the handshake is not dialled without pause", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  // The handshake's frames pass in each direction; what is sealed afterwards is altered.
  network.inject({}, { corrupt: 1, sparedFrames: 2 });
  const node = (seed: number) =>
    createSwarm({
      plugins: [use(memoryPlugin({ network }))],
      replace: [replaceRoom(ports.clock, () => clock), replaceRoom(ports.random, () => new SeededRandom(seed))],
      log: "silent",
    });
  const [alice, bob] = await Promise.all([node(1), node(2)]);
  bob.channel(chat).onMessage(() => {});
  const toBob = alice.channel(chat);
  let opened = 0;
  alice.on("connection:open", () => void opened++);
  const started = Promise.all([alice.start(), bob.start()]);
  await clock.advance(100);
  await started;
  const sent = toBob.send(bob.id, { text: "never whole" }, { ttlMs: 20_000 }).catch((error: unknown) => error);
  await clock.advance(21_000);
  expect(await sent).toMatchObject({ code: "LETTER_EXPIRED" });
  expect(opened).toBeGreaterThan(1);
  expect(opened).toBeLessThan(20);
  const stopped = Promise.all([alice.stop(), bob.stop()]);
  await clock.advance(20_000);
  await stopped;
});
