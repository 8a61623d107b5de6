import fc from "fast-check";
import { expect, test } from "vitest";
import { type CrashKind, diskStore, SeededRandom, VirtualClock, VirtualDisk } from "../src/index.ts";

const put = (key: string) => ({ type: "put", namespace: "n", key, value: Uint8Array.of(1) }) as const;

function parts(seed: number) {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const disk = new VirtualDisk(random.fork("disk"));
  return { clock, disk, open: () => diskStore({ disk, clock, random }) };
}

test("a power cut leaves what was synced, and of the rest a beginning; a kill leaves all", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom<CrashKind>("kill", "power"),
      fc.array(fc.boolean(), { maxLength: 20 }),
      async (seed, kind, durables) => {
        const { clock, disk, open } = parts(seed);
        const store = open();
        const safe = new Set<number>();
        for (const [n, durable] of durables.entries()) {
          void store.batch([put(`${n}`)], { durable }).then(() => {
            if (durable) for (let each = 0; each <= n; each++) safe.add(each);
          });
          await clock.advance(1);
        }
        disk.crash(kind);
        const left = durables.flatMap((_, n) => (disk.part("n").has(`${n}`) ? [n] : []));
        expect(left).toEqual(left.map((_, at) => at));
        for (const n of safe) expect(left).toContain(n);
        if (kind === "kill") expect(left).toHaveLength(durables.length);
      },
    ),
    { numRuns: 100 },
  );
});

test("some seed loses something, and some seed tears", async () => {
  const counters = { lost: 0, torn: 0 };
  for (let seed = 0; seed < 20; seed++) {
    const { disk, open } = parts(seed);
    const store = open();
    for (let n = 0; n < 5; n++) void store.batch([put(`${n}`)], { durable: true });
    disk.crash("power");
    counters.lost += disk.counters.lost;
    counters.torn += disk.counters.torn;
  }
  expect(counters.lost).toBeGreaterThan(0);
  expect(counters.torn).toBeGreaterThan(0);
});

test("a full disk refuses puts, takes deletes, and reads on", async () => {
  const { clock, disk, open } = parts(1);
  const store = open();
  const written = store.batch([put("a"), put("b")], { durable: true });
  await clock.advance(10);
  await written;
  disk.full = true;
  await expect(store.batch([put("c")], { durable: false })).rejects.toMatchObject({ code: "STORE_FULL" });
  const deleted = store.namespace("n").delete("a");
  await clock.advance(10);
  await deleted;
  const keys: string[] = [];
  for await (const [key] of store.namespace("n").range()) keys.push(key);
  expect(keys).toEqual(["b"]);
  expect(disk.counters.refused).toBe(1);
});
