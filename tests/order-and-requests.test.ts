import { createSwarm, ports, replaceRoom, SwarmError, use } from "@swarm-space/core";
import { MemoryNetwork, memoryPlugin, VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";

const numbers = { name: "numbers", schema: z.object({ n: z.number(), pad: z.string().optional() }) };

test("letters of one channel run in the order they were sent, large ones among small ones", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  const heard: number[] = [];
  bob.channel(numbers).onMessage(({ n }) => void heard.push(n));
  const toBob = alice.channel(numbers);
  await Promise.all([alice.start(), bob.start()]);
  const pad = "x".repeat(300_000);
  await Promise.all(Array.from({ length: 400 }, (_, n) => toBob.send(bob.id, n % 50 === 0 ? { n, pad } : { n })));
  expect(heard).toEqual(Array.from({ length: 400 }, (_, n) => n));
});

test("order: none lets small letters overtake a large one", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  const heard: number[] = [];
  const free = { ...numbers, order: "none" } as const;
  bob.channel(free).onMessage(({ n }) => void heard.push(n));
  const toBob = alice.channel(free);
  await Promise.all([alice.start(), bob.start()]);
  await alice.connect(bob.id);
  await Promise.all([toBob.send(bob.id, { n: 0, pad: "x".repeat(300_000) }), toBob.send(bob.id, { n: 1 })]);
  expect(heard).toEqual([1, 0]);
});

test("an expired letter holds up none behind it", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const replace = [replaceRoom(ports.clock, () => clock)];
  const alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))], replace, log: "silent" });
  const bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))], replace, log: "silent" });
  const heard: number[] = [];
  bob.channel(numbers).onMessage(({ n }) => void heard.push(n));
  const toBob = alice.channel(numbers);
  const started = Promise.all([alice.start(), bob.start()]);
  await clock.advance(1_000);
  await started;
  const heal = network.inject({}, { stall: true, dial: "hang" });
  const first = toBob.send(bob.id, { n: 1 }, { ttlMs: 500 }).catch((error: unknown) => error);
  const second = toBob.send(bob.id, { n: 2 }, { ttlMs: 60_000 });
  await clock.advance(700);
  expect(await first).toMatchObject({ code: "LETTER_EXPIRED" });
  heal();
  await clock.runUntil(() => heard.includes(2), 30_000);
  await clock.advance(100);
  expect((await second).status).toBe("confirmed");
  expect(heard.filter((n) => n === 2)).toEqual([2]);
  const stopped = Promise.all([alice.stop(), bob.stop()]);
  await clock.advance(20_000);
  await stopped;
});

const sums = { name: "sums", schema: z.object({ a: z.number(), b: z.number() }), response: z.number() };

test("a request is answered; what its handler throws arrives under its own code", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  bob.channel(sums).onRequest(({ a, b }) => {
    if (a < 0) throw new SwarmError("TOO_SMALL", "a is below zero");
    if (b < 0) throw new SwarmError("STORE_FULL", "no room for what is below zero");
    return a + b;
  });
  const ask = alice.channel(sums);
  await Promise.all([alice.start(), bob.start()]);
  expect(await ask.request(bob.id, { a: 20, b: 22 })).toBe(42);
  await expect(ask.request(bob.id, { a: -1, b: 0 })).rejects.toMatchObject({
    code: "TOO_SMALL",
    cure: expect.stringContaining("peer"),
    detail: { remote: true },
  });
  await expect(ask.request(bob.id, { a: 0, b: -1 })).rejects.toMatchObject({
    code: "STORE_FULL",
    cure: expect.stringContaining("Make room"),
    detail: { remote: true },
  });
});

test("calling a request off reaches the handler at the other side", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<unknown>();
  bob.channel(sums).onRequest((_, { signal }) => {
    begun.resolve();
    return new Promise<number>((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        aborted.resolve(signal.reason);
        reject(signal.reason);
      });
    });
  });
  const ask = alice.channel(sums);
  await Promise.all([alice.start(), bob.start()]);
  const off = new AbortController();
  const asked = ask.request(bob.id, { a: 1, b: 1 }, { signal: off.signal });
  await begun.promise;
  off.abort(new Error("not needed"));
  await expect(asked).rejects.toThrow("not needed");
  expect(await aborted.promise).toMatchObject({ code: "REQUEST_CANCELLED" });
});

test("what a schema transforms is written as its input and read as its output, answers too", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  const lengths = {
    name: "lengths",
    schema: z.object({ word: z.string().transform((word) => word.length), times: z.number().default(1) }),
    response: z.string().transform(Number),
  };
  const heard: number[] = [];
  const atBob = bob.channel(lengths);
  atBob.onMessage(({ word, times }) => void heard.push(word * times));
  atBob.onRequest(({ word, times }) => String(word * times));
  const toBob = alice.channel(lengths);
  await Promise.all([alice.start(), bob.start()]);
  await toBob.send(bob.id, { word: "four" });
  expect(heard).toEqual([4]);
  expect((await toBob.request(bob.id, { word: "seven", times: 2 })) + 1).toBe(11);
});

test("a closed channel writes no more", async () => {
  const network = new MemoryNetwork();
  await using alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network }))], log: "silent" });
  const toBob = alice.channel(numbers);
  await alice.start();
  toBob.close();
  await expect(toBob.send(bob.id, { n: 1 })).rejects.toMatchObject({ code: "CHANNEL_CLOSED" });
});
