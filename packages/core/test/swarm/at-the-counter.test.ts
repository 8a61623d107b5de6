import { createSwarm, type Swarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";

const any = { schema: z.any(), response: z.any() };

async function pair(maxLetterBytes: number) {
  const network = new MemoryNetwork();
  const make = () =>
    createSwarm({ plugins: [use(memoryPlugin({ network }))], messaging: { maxLetterBytes }, log: "silent" });
  const [alice, bob]: [Swarm, Swarm] = [await make(), await make()];
  await Promise.all([alice.start(), bob.start()]);
  await alice.connect(bob.id);
  return { alice, bob, [Symbol.asyncDispose]: async () => void (await Promise.all([alice.stop(), bob.stop()])) };
}

test("an answer over the cap of letters is told to the asker at once, and not when its time is over", async () => {
  await using nodes = await pair(2_048);
  const { alice, bob } = nodes;
  bob.channel({ name: "large", ...any }).onRequest(() => new Uint8Array(4_096));
  const asked = alice.channel({ name: "large", ...any }).request(bob.id, "all of it", { ttlMs: 600_000 });
  await expect(asked).rejects.toMatchObject({ code: "LETTER_TOO_LARGE", detail: { remote: true } });
});

test("a handler that is added while a letter runs hears the next one; one that is taken away hears no more", async () => {
  await using nodes = await pair(2_048);
  const { alice, bob } = nodes;
  const heard: string[] = [];
  const channel = bob.channel({ name: "added", ...any });
  const first = channel.onMessage((message) => {
    heard.push(`first ${message}`);
    first();
    second();
    channel.onMessage((later) => void heard.push(`third ${later}`));
  });
  const second = channel.onMessage((message) => void heard.push(`second ${message}`));
  const writing = alice.channel({ name: "added", ...any });
  await writing.send(bob.id, 1);
  await writing.send(bob.id, 2);
  expect(heard).toEqual(["first 1", "third 2"]);
});

test("a broadcast of a node that does not run, and a handler on a closed channel, are refused as a letter is", async () => {
  const swarm = await createSwarm({ log: "silent" });
  const channel = swarm.channel({ name: "chat", ...any });
  await expect(channel.broadcast("anybody?")).rejects.toMatchObject({ code: "SWARM_STOPPED" });
  channel.close();
  const closed = expect.objectContaining({ code: "CHANNEL_CLOSED" });
  expect(() => channel.onMessage(() => {})).toThrow(closed);
  expect(() => channel.onRequest(() => 1)).toThrow(closed);
});
