import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Clock } from "../../src/index.ts";
import { createSwarm, ports, replaceRoom, use } from "../../src/index.ts";
import { systemClock } from "../../src/system/system-clock.ts";

/** The moment when all that has arrived is read, as a test says it. */
function turningClock(): { readonly clock: Clock; readonly waiting: (() => void)[] } {
  const waiting: (() => void)[] = [];
  return { clock: { ...systemClock(), afterTurn: (fn) => void waiting.push(fn) }, waiting };
}

const blob = { name: "blob", schema: z.instanceof(Uint8Array) };

async function pair(bobs: Clock) {
  const network = new MemoryNetwork();
  const alice = await createSwarm({ plugins: [use(memoryPlugin({ network }))] });
  const bob = await createSwarm({
    plugins: [use(memoryPlugin({ network }))],
    replace: [replaceRoom(ports.clock, () => bobs)],
  });
  await Promise.all([alice.start(), bob.start()]);
  await alice.connect(bob.id);
  return { alice, bob, [Symbol.asyncDispose]: async () => void (await Promise.all([alice.stop(), bob.stop()])) };
}

test("large letters are answered together, when all that has arrived is read; a small one at once, and takes the others along", async () => {
  const { clock, waiting } = turningClock();
  await using nodes = await pair(clock);
  const { alice, bob } = nodes;
  let heard = 0;
  let five = () => {};
  const all = new Promise<void>((resolve) => {
    five = resolve;
  });
  bob.channel(blob).onMessage(async () => void (++heard % 5 === 0 && five()));
  const channel = alice.channel(blob);
  let confirmed = 0;
  const send = (length: number) => channel.send(bob.id, new Uint8Array(length).fill(length)).then(() => confirmed++);
  const first = Array.from({ length: 5 }, () => send(20_000));
  await all;
  // A node that answered at once would have by now: the medium brings a frame within a few microtasks.
  await new Promise((resolve) => setImmediate(resolve));
  expect(confirmed).toBe(0);
  expect(waiting.length, "one moment is awaited, not one a letter").toBe(1);
  waiting.shift()?.();
  await Promise.all(first);
  expect(confirmed).toBe(5);
  const held = send(20_000);
  await Promise.all([held, send(100)]);
  expect(confirmed).toBe(7);
});

test("the application's own bytes stay as they are, and those that the other side got", async () => {
  await using nodes = await pair(systemClock());
  const { alice, bob } = nodes;
  const heard: Uint8Array[] = [];
  bob.channel(blob).onMessage((bytes) => void heard.push(bytes));
  const channel = alice.channel(blob);
  const own = Array.from({ length: 20 }, (_, i) => new Uint8Array(65_536).fill(i + 1));
  const sending = own.map((bytes) => channel.send(bob.id, bytes));
  // What is changed behind `send` changes no letter.
  own[0]?.fill(99);
  await Promise.all(sending);
  await Promise.all(own.map((bytes) => channel.send(bob.id, bytes)));
  expect(own.map(({ length }) => length)).toEqual(own.map(() => 65_536));
  const values = heard.map((bytes) =>
    bytes.length === 65_536 && bytes.every((each) => each === bytes[0]) ? bytes[0] : -1,
  );
  expect(values).toEqual([...own.map((_, i) => i + 1), 99, ...own.slice(1).map((_, i) => i + 2)]);
});
