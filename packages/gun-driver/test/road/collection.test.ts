import { type GunItem, SeenSet } from "@swarm-space/gun-driver";
import { VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { Collection, type TakeLetter } from "../../src/road/collection.ts";
import { encodeLetterValue } from "../../src/road/letter-value.ts";

/** A relay of the test that shows what lies in the mailbox at each subscription. */
function stage(take: TakeLetter) {
  const clock = new VirtualClock({ wallMs: 0 });
  const lies = new Map<string, GunItem>();
  let hear: (item: GunItem) => void = () => {};
  let asked = 0;
  const collection = new Collection(
    {
      clock,
      random: { bytes: (length: number) => new Uint8Array(length), float: () => 0.5 },
      client: {
        subscribe: (_soul: string, onItem: (item: GunItem) => void) => {
          asked++;
          hear = onItem;
          for (const item of [...lies.values()]) onItem(item);
          return () => {};
        },
      },
      mail: {
        discard: (_relay: string, _soul: string, keys: readonly string[]) => {
          for (const key of keys) lies.delete(key);
        },
      },
      done: new SeenSet(8_192),
    } as never,
    "soul",
    take,
  );
  collection.open();
  const leave = (text: string, expiresAt: number) => {
    const value = encodeLetterValue(new TextEncoder().encode(text), expiresAt);
    const item = { soul: "soul", key: text, value, state: expiresAt, relay: "relay" } as GunItem;
    lies.set(text, item);
    hear(item);
  };
  return { clock, lies, leave, collection, asked: () => asked };
}

const hour = 3_600_000;

test("a letter that is refused is given ever less often, and is ended once its time is over", async () => {
  let given = 0;
  const { clock, lies, leave, collection } = stage(() => {
    given++;
    throw new Error("for another device");
  });
  leave("strange", hour);
  await clock.advance(60_000);
  const early = given;
  expect(early).toBeLessThan(10);
  await clock.advance(29 * 60_000);
  expect(given - early).toBeLessThan(29 * 2);
  expect([...lies.keys()]).toEqual(["strange"]);
  await clock.advance(hour);
  expect(lies.size).toBe(0);
  const end = given;
  await clock.advance(hour);
  expect({ given, pending: clock.pending }).toEqual({ given: end, pending: 0 });
  collection.end();
});

test("letters that nobody here can take close the mailbox to no other", async () => {
  const taken: string[] = [];
  const { clock, lies, leave, collection, asked } = stage((letter) => {
    const text = new TextDecoder().decode(letter);
    if (text.startsWith("junk")) throw new Error("not for us");
    taken.push(text);
  });
  for (let n = 0; n < 1_500; n++) leave(`junk ${n}`, 24 * hour);
  await clock.advance(10_000);
  leave("honest", 24 * hour);
  await clock.advance(1_000);
  expect(taken).toEqual(["honest"]);
  expect(lies.size).toBe(1_500);
  // What had to make room is asked for again, though not at once.
  const before = asked();
  await clock.advance(700_000);
  expect(asked()).toBeGreaterThan(before);
  expect(asked()).toBeLessThan(5);
  collection.end();
  expect(clock.pending).toBe(0);
});
