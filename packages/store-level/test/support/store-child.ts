import { SwarmError, systemClock, systemRandom } from "@swarm-space/core";
import { type LevelStore, levelStore } from "@swarm-space/store-level";

/** Runs one job on a store in a process of its own; says what it did on stdout, a line each. */
const [job = "", path = "", ...rest] = process.argv.slice(2);
const signal = new AbortController().signal;
const say = (line: string) => process.stdout.write(`${line}\n`);
const bytes = (text: string) => new TextEncoder().encode(text);

function make(reserveBytes: number): LevelStore {
  return levelStore({ path, reserveBytes }, { clock: systemClock(), random: systemRandom() });
}

const jobs: Readonly<Record<string, () => Promise<void>>> = {
  /** Durable batches over three namespaces, four at a time, each said once it is kept. Until killed. */
  async write() {
    const store = make(0);
    await store.open({ signal });
    let next = Number(rest[0]);
    const writer = async () => {
      for (;;) {
        const round = next++;
        const body = bytes(`${round} `.repeat(200));
        await store.batch(
          ["one", "two", "three"].map((namespace) => ({
            type: "put" as const,
            namespace,
            key: String(round).padStart(8, "0"),
            value: body,
          })),
          { durable: true },
        );
        say(String(round));
      }
    };
    await Promise.all([writer(), writer(), writer(), writer()]);
  },
  /** What `write` must not be: says a round long before it is kept, and one namespace follows a round behind. Until killed. */
  async careless() {
    const store = make(0);
    await store.open({ signal });
    const keep = (namespace: string, round: number) =>
      store.batch(
        [{ type: "put", namespace, key: String(round).padStart(8, "0"), value: bytes(`${round} `.repeat(200)) }],
        {
          durable: true,
        },
      );
    for (let round = Number(rest[0]); ; round += 1) {
      await keep("one", round);
      await keep("two", round);
      say(String(round));
      say(String(round + 100));
      if (round > Number(rest[0])) await keep("three", round - 1);
    }
  },
  /** Fills the disk, reads, opens again on the full disk, and writes once there is room. */
  async full() {
    const store = make(8 * 1_048_576);
    await store.open({ signal });
    const part = store.namespace("part");
    let kept = 0;
    const code = await codeOf(async () => {
      for (; ; kept += 1) {
        await store.batch(
          ["part", "twin"].map((namespace) => ({
            type: "put" as const,
            namespace,
            key: `key ${kept}`,
            value: Buffer.alloc(90_000, noise(kept)),
          })),
          { durable: kept % 2 === 0 },
        );
      }
    });
    say(`full ${code} ${kept > 20}`);
    say(`small ${await codeOf(() => part.put("small", bytes("x")))}`);
    say(
      `read ${(await part.get("key 0"))?.length} ${(await count(store, "part")) === kept} ${(await count(store, "twin")) === kept}`,
    );
    await store.close();
    const { writeFile, rm } = await import("node:fs/promises");
    const filler = `${path}/../filler`;
    for (let round = 0; round < 3; round += 1) {
      // Another program takes what is left, also what the reserve gave up.
      await codeOf(() => writeFile(`${filler}${round}`, Buffer.alloc(64 * 1_048_576, 1)));
      say(`reopened ${await codeOf(() => store.open({ signal }))} ${(await count(store, "part")) >= kept}`);
      // Opening folds the log into a table, which may free a little: what was freed is written full again.
      const after = await codeOf(async () => {
        for (let more = 0; more < 1_000; more += 1) {
          await store.batch(
            [{ type: "put", namespace: "more", key: `${round} ${more}`, value: Buffer.alloc(90_000, noise(more)) }],
            { durable: true },
          );
        }
      });
      say(`then ${after}`);
      await store.close();
    }
    await store.open({ signal });
    for (let round = 0; round < 3; round += 1) await rm(`${filler}${round}`, { force: true });
    await rm(`${path}/../ballast`);
    say(
      `room ${await codeOf(() => store.batch([{ type: "put", namespace: "part", key: "after", value: bytes("room") }], { durable: true }))}`,
    );
    await store.close();
    await store.open({ signal });
    say(`kept ${new TextDecoder().decode(await part.get("after"))} ${(await count(store, "part")) >= kept + 1}`);
    await store.close();
  },
  /** Holds the folder until its input ends. */
  async hold() {
    const store = make(0);
    await store.open({ signal });
    say("held");
    for await (const _ of process.stdin);
    await store.close();
  },
};

async function count(store: LevelStore, namespace: string): Promise<number> {
  let count = 0;
  for await (const _ of store.namespace(namespace).range()) count += 1;
  return count;
}

async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "ok";
  } catch (error) {
    return SwarmError.is(error) ? error.code : String(error);
  }
}

/** Bytes that do not compress well, of a seed. */
function noise(seed: number): Buffer {
  let state = seed + 1;
  return Buffer.from(
    Array.from({ length: 4_099 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

await jobs[job]?.();
