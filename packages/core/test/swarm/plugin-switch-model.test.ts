import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Swarm } from "../../src/swarm/swarm.ts";
import { Bench, PipeWorks } from "../support/pipes.ts";

const channel = { name: "test", schema: z.number() };
const names = ["one", "two", "three"] as const;

type Deed =
  | { readonly kind: "disable" | "enable"; readonly at: 0 | 1; readonly road: number; readonly timeoutMs: number }
  | { readonly kind: "send"; readonly at: 0 | 1; readonly count: number }
  | { readonly kind: "cut" | "stall" | "go on"; readonly road: number }
  | { readonly kind: "pass"; readonly ms: number };

const at = fc.constantFrom(0 as const, 1 as const);
const road = fc.nat(names.length - 1);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("disable" as const, "enable" as const),
      at,
      road,
      timeoutMs: fc.constantFrom(1, 100, 5_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("send" as const), at, count: fc.integer({ min: 1, max: 8 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("cut" as const, "stall" as const, "go on" as const), road }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1, 30, 400, 3_000) }) },
);

/** What is disabled where, as the calls so far have it: they run in turn, whatever the roads do meanwhile. */
class Model {
  readonly #off = [new Set<number>(), new Set<number>()] as const;

  apply({ kind, at, road }: { readonly kind: "disable" | "enable"; readonly at: 0 | 1; readonly road: number }): void {
    if (kind === "disable") this.#off[at].add(road);
    else this.#off[at].delete(road);
  }

  isOff(at: 0 | 1, road: number): boolean {
    return this.#off[at].has(road);
  }
}

test("whatever is disabled, enabled, sent and cut: nothing is lost or doubled, and what is open is what is enabled", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 24 }), async (deeds) => {
      await using bench = new Bench();
      const works = names.map((name) => new PipeWorks(name));
      const plugins = works.map((each) => each.plugin());
      const nodes = [await bench.node(1, plugins), await bench.node(2, plugins)] as const;
      const heard: [number[], number[]] = [[], []];
      const lanes = nodes.map((node, n) => {
        const lane = node.channel(channel);
        lane.onMessage((message) => void heard[n === 0 ? 0 : 1].push(message));
        return lane;
      });
      await bench.outcome(Promise.all(nodes.map((node) => node.start())));
      const model = new Model();
      const sent: [number, number] = [0, 0];
      const work: Promise<unknown>[] = [];
      const perform = async (each: Deed): Promise<void> => {
        if (each.kind === "pass") return bench.clock.advance(each.ms);
        if (each.kind === "send") {
          const other = each.at === 0 ? 1 : 0;
          for (let n = 0; n < each.count; n++)
            work.push(lanes[each.at]?.send(nodes[other].id, sent[other]++, { ttlMs: 3_600_000 }) ?? Promise.reject());
          return;
        }
        const pipes = works[each.road];
        if (pipes === undefined) return;
        if (!("at" in each)) {
          if (each.kind === "cut") return pipes.cut();
          pipes.tricks.stall = each.kind === "stall";
          if (each.kind === "go on") pipes.release();
          return;
        }
        model.apply(each);
        const { plugins } = nodes[each.at];
        const name = `pipes-${pipes.id}`;
        work.push(each.kind === "enable" ? plugins.enable(name) : plugins.disable(name, { timeoutMs: each.timeoutMs }));
      };
      for (const each of deeds) await perform(each);
      for (const pipes of works) {
        pipes.tricks.stall = false;
        pipes.release();
      }
      // By now every change has been made, as no letter holds one up for longer than its time.
      await bench.clock.advance(60_000);
      for (const n of [0, 1] as const) judge(nodes[n], works, (each) => model.isOff(n, each));
      // One road in common, for what still waits.
      for (const node of nodes) work.push(node.plugins.enable("pipes-one"));
      await bench.outcome(Promise.all(work), 600_000);
      for (const n of [0, 1] as const) expect(heard[n]).toEqual(Array.from({ length: sent[n] }, (_, seq) => seq));
    }),
    { numRuns: 25 },
  );
});

function judge(node: Swarm, works: readonly PipeWorks[], isOff: (road: number) => boolean): void {
  expect(node.plugins.list().map(({ disabled }) => disabled)).toEqual(works.map((_, road) => isOff(road)));
  for (const [road, pipes] of works.entries()) {
    expect(pipes.nodes.has(node.id)).toBe(!isOff(road));
    if (isOff(road)) expect(node.peers().some(({ transports }) => transports.includes(pipes.id))).toBe(false);
  }
  const open = new Set(works.filter((_, road) => !isOff(road)).map(({ id }) => id));
  const status = node.getTransportStatus();
  for (const [id, { status: own }] of status.health) expect(own.state === "disabled").toBe(!open.has(id));
}
