import { type PluginUse, use } from "@swarm-space/core";
import resilience, { type ResilienceConfig } from "@swarm-space/resilience";
import {
  DatagramNetwork,
  datagramPlugin,
  type LifePlan,
  MortalNode,
  SeededRandom,
  VirtualClock,
} from "@swarm-space/testkit";
import * as z from "zod";

export interface PathsOptions {
  readonly seed: string;
  /** "swap": the better of two ways becomes the worse. "noise": both are alike. */
  readonly scenario: "swap" | "noise";
  /** A letter is written once in so many milliseconds. */
  readonly gapMs: number;
  /** Of the plugin that ranks ways; its defaults otherwise. */
  readonly resilience?: ResilienceConfig;
}

export interface PathsReport {
  readonly seed: string;
  /** Share of the 51st to the 250th letter after the swap that went by the way that is best now; undefined without a swap. */
  readonly shareOnBest: number | undefined;
  /** From the swap until the first letter that went by it; undefined: none did. */
  readonly switchedAfterMs: number | undefined;
  /** Most changes of the letters' way within any ten seconds, before a swap. */
  readonly mostSwitches: number;
  /** Letters that were not handled. */
  readonly missing: number;
}

/** Round trips vary by so much to both sides of their mean, in milliseconds. */
const noiseMs = 5;
/** Letters flow for so long before it counts, and before the ways swap. */
const warmMs = 30_000;
const steadyMs = { swap: 30_000, noise: 180_000 };
const settledLetters = 50;
const judgedLetters = 200;
const windowMs = 10_000;
const ways = ["alpha", "beta"] as const;

/** Letters from one whole node to another over two ways, in virtual time. Each arrives with the name of the way that brought it. */
export async function runPaths(o: PathsOptions): Promise<PathsReport> {
  const random = new SeededRandom(`paths ${o.seed}`);
  const clock = new VirtualClock();
  const network = new DatagramNetwork({ clock, seed: random.fork("network").seed });
  // One way, in milliseconds.
  const near = 5 + random.float() * 20;
  const far = o.scenario === "noise" ? near : near + 15 + random.float() * 60;
  const layOut = (latencies: readonly number[]) =>
    ways.map((transport, at) => network.inject({ transport }, { latencyMs: latencies[at] ?? near, jitterMs: noiseMs }));
  const first = layOut([near, far]);
  const arrivals = new Map<number, string>();
  const [sender, receiver] = ["sender", "receiver"].map((name) => makeNode(o, name, random, clock, network, arrivals));
  if (sender === undefined || receiver === undefined) throw new RangeError("two nodes");
  void sender.boot();
  void receiver.boot();
  await clock.runUntil(
    () => sender.life?.swarm.peers().length === 1 && receiver.life?.swarm.peers().length === 1,
    60_000,
  );
  const lane = sender.life?.swarm.channel({ name: "line", schema: letterSchema });
  let written = 0;
  const write = () => {
    lane?.send(receiver.identity.id, { id: written++ }, { ttlMs: 60_000 }).catch(() => undefined);
  };
  const writeFor = async (letters: number) => {
    for (let i = 0; i < letters; i++) {
      write();
      await clock.advance(o.gapMs);
    }
  };
  await writeFor((warmMs + steadyMs[o.scenario]) / o.gapMs);
  const beforeSwap = written;
  if (o.scenario === "swap") {
    for (const fault of first) fault.undo();
    layOut([far, near]);
    await writeFor(settledLetters + judgedLetters);
  }
  await clock.advance(2_000);
  await stopAll(clock, [sender, receiver]);
  const roads = Array.from({ length: written }, (_, id) => arrivals.get(id));
  const steady = roads.slice(Math.floor(warmMs / o.gapMs), beforeSwap);
  const judged = roads.slice(beforeSwap + settledLetters, beforeSwap + settledLetters + judgedLetters);
  const firstOnBest = roads.findIndex((road, id) => id >= beforeSwap && road === "beta");
  return {
    seed: o.seed,
    shareOnBest: o.scenario === "swap" ? judged.filter((road) => road === "beta").length / judgedLetters : undefined,
    switchedAfterMs: firstOnBest < 0 || o.scenario !== "swap" ? undefined : (firstOnBest - beforeSwap) * o.gapMs,
    mostSwitches: mostSwitches(steady, o.gapMs),
    missing: roads.filter((road) => road === undefined).length,
  };
}

const letterSchema = z.object({ id: z.number() });

function makeNode(
  o: PathsOptions,
  name: string,
  random: SeededRandom,
  clock: VirtualClock,
  network: DatagramNetwork,
  arrivals: Map<number, string>,
): MortalNode {
  return new MortalNode({
    name,
    clock,
    random: random.fork(name),
    durable: false,
    plugins: (plan) => plugins(o, network, plan),
    furnish: ({ swarm }) => {
      if (name === "receiver")
        swarm
          .channel({ name: "line", schema: letterSchema })
          .onMessage(({ id }, _from, { transport }) => void arrivals.set(id, transport));
    },
    heard: () => undefined,
  });
}

/** Two ways that declare the same: only what is measured tells them apart. */
function plugins(o: PathsOptions, network: DatagramNetwork, { death }: LifePlan): readonly PluginUse[] {
  return [
    ...ways.map((id) => use(datagramPlugin({ network, death, id, capabilities: { latencyClassMs: 50 } }))),
    use(resilience, o.resilience ?? {}),
  ];
}

function mostSwitches(roads: readonly (string | undefined)[], gapMs: number): number {
  const at = roads.flatMap((road, id) => (id > 0 && road !== roads[id - 1] ? [id * gapMs] : []));
  return Math.max(0, ...at.map((from, index) => at.slice(index).filter((each) => each < from + windowMs).length));
}

async function stopAll(clock: VirtualClock, nodes: readonly MortalNode[]): Promise<void> {
  const stopped = { value: false };
  void Promise.all(nodes.map((node) => node.stop())).then(() => {
    stopped.value = true;
  });
  await clock.runUntil(() => stopped.value, 60_000);
}
