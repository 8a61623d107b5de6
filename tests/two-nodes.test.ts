import { createSwarm, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";

test("two nodes find each other and a letter is confirmed", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  const schema = z.object({ text: z.string() });
  const heard: string[] = [];
  bob.channel({ name: "chat", schema }).onMessage((message, from) => {
    heard.push(`${from === alice.id}: ${message.text}`);
  });
  const chat = alice.channel({ name: "chat", schema });
  await alice.start();
  await bob.start();
  const receipt = await chat.send(bob.id, { text: "hello" });
  expect(receipt.status).toBe("confirmed");
  expect(heard).toEqual(["true: hello"]);
  expect(alice.explain(bob.id).connected).toBe(true);
});
