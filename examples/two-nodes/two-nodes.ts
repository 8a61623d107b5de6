import { createSwarm, use } from "@swarm-space/core";
import gun from "@swarm-space/transport-gun";
import * as z from "zod";

await using alice = await createSwarm({ plugins: [use(gun, { serve: { port: 8770 } })] }); // she is the relay, too
await using bob = await createSwarm({ plugins: [use(gun, { relays: ["http://127.0.0.1:8770/gun"] })] });
const chat = { name: "chat", schema: z.object({ text: z.string() }) };
bob.channel(chat).onMessage((message) => console.log("bob reads:", message.text));
await Promise.all([alice.start(), bob.start()]);
const receipt = await alice.channel(chat).send(bob.id, { text: "hello" });
console.log("alice knows:", receipt.status, "by", receipt.transport);
