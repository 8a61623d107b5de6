import { createSwarm, use } from "@swarm-space/core";
import * as z from "zod";
import broadcast from "./broadcast-transport.ts";

await using alice = await createSwarm({ plugins: [use(broadcast, { room: "kitchen" })] });
await using bob = await createSwarm({ plugins: [use(broadcast, { room: "kitchen" })] });
const chat = { name: "chat", schema: z.object({ text: z.string() }) };
bob.channel(chat).onMessage((message) => console.log("bob reads:", message.text));
await Promise.all([alice.start(), bob.start()]);
const receipt = await alice.channel(chat).send(bob.id, { text: "hello" });
console.log("alice knows:", receipt.status, "by", receipt.transport);
