import { createSwarm, type Swarm, SwarmError, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";

const cry = () => {
  throw new TypeError("mine");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** What is no string, number or signal, and may throw whatever is done to it. */
const oddities: readonly (() => unknown)[] = [
  () => Object.create(null),
  () => ({ toString: cry, valueOf: cry, toJSON: cry, [Symbol.toPrimitive]: cry }),
  () => Symbol("odd"),
  () => 1n,
  () => [],
  () => ["a".repeat(52)],
  () => [[cry]],
  () => cry,
  () => new Proxy({}, { get: cry, has: cry, getPrototypeOf: cry, ownKeys: cry }),
  () => new Proxy(new AbortController().signal, {}),
  revoked,
  () => Object.create(AbortSignal.prototype),
  () => null,
  () => Number.NaN,
  () => "a".repeat(53),
];

const peer = "a".repeat(52);
const transport = "@swarm-space/testkit/memory";
const chatOf = (swarm: Swarm) => swarm.channel({ name: "chat", schema: z.any(), response: z.any() });

/** Each place of each door where nonsense may be handed in. */
const places: readonly ((swarm: Swarm, chat: ReturnType<typeof chatOf>, odd: never) => unknown)[] = [
  (_, chat, odd) => chat.send(odd, "well"),
  (_, chat, odd) => chat.request(odd, "well"),
  (swarm, _, odd) => swarm.connect(odd),
  (swarm, _, odd) => swarm.explain(odd),
  ...(["ttlMs", "signal", "delivery", "onProgress"] as const).flatMap((name) => [
    (_: Swarm, chat: ReturnType<typeof chatOf>, odd: never) => chat.send(peer, "well", { ttlMs: 1, [name]: odd }),
    (_: Swarm, chat: ReturnType<typeof chatOf>, odd: never) => chat.request(peer, "well", { ttlMs: 1, [name]: odd }),
  ]),
  (_, chat, odd) => chat.broadcast("well", { ttlMs: odd }),
  (_, chat, odd) => chat.broadcast("well", { signal: odd }),
  (swarm, _, odd) => swarm.connect(peer, { signal: odd }),
  (_, chat, odd) => chat.send(peer, "well", odd),
  (_, chat, odd) => chat.broadcast("well", odd),
  (swarm, _, odd) => swarm.connect(peer, odd),
  (swarm, _, odd) => swarm.plugins.disable(odd),
  (swarm, _, odd) => swarm.plugins.disable("none", odd),
  (swarm, _, odd) => swarm.plugins.enable(odd),
  ...(["timeoutMs", "cascade", "signal"] as const).map(
    (name) => (swarm: Swarm, _: unknown, odd: never) => swarm.plugins.disable(transport, { [name]: odd }),
  ),
  (swarm, _, odd) => swarm.plugins.enable(transport, odd),
  (swarm, _, odd) => swarm.plugins.enable(transport, { signal: odd }),
  (_, chat, odd) => chat.send(peer, odd, { ttlMs: 1 }),
  (_, chat, odd) => chat.request(peer, odd, { ttlMs: 1 }),
  (_, chat, odd) => chat.broadcast(odd),
  (swarm, _, odd) => swarm.channel({ name: odd, schema: z.any() }),
  (swarm, _, odd) => swarm.channel({ name: "odd", schema: odd }),
  (swarm, _, odd) => swarm.channel({ name: "odd", schema: z.any(), order: odd }),
  (swarm, _, odd) => swarm.channel(odd),
  (swarm, _, odd) => swarm.channel({ name: "odd", schema: z.any(), response: odd }),
  (swarm, _, odd) => swarm.get(odd),
  (swarm, _, odd) => swarm.on(odd, () => {}),
  (swarm, _, odd) => swarm.on("peer:connect", odd),
];

test("whatever is handed to a door of a node, in whatever place, what it throws is typed", async () => {
  await using swarm = await createSwarm({
    log: "silent",
    plugins: [use(memoryPlugin({ network: new MemoryNetwork() }))],
  });
  await swarm.start();
  const chat = chatOf(swarm);
  const untyped: string[] = [];
  const tries = places.flatMap((place) =>
    oddities.map(async (make) => {
      try {
        await place(swarm, chat, make() as never);
      } catch (error) {
        if (!SwarmError.is(error)) untyped.push(`${place} with ${make}: ${(error as Error).message}`);
      }
    }),
  );
  // What was taken for good waits until now.
  await swarm.stop();
  await Promise.all(tries);
  expect(untyped).toEqual([]);
});
