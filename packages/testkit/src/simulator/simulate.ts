import { type PluginUse, use } from "@swarm-space/core";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { MemoryNetwork } from "../memory/memory-network.ts";
import { memoryPlugin } from "../memory/memory-plugin.ts";
import type { NetworkCounters } from "../memory/network-tap.ts";
import { SeededRandom } from "../random/seeded-random.ts";
import { SimulatedNode } from "./simulated-node.ts";
import { Trace } from "./trace.ts";
import { failed, reasonOf, World } from "./world.ts";

/** What a node's plugins are made of. */
export interface NodePlan {
  readonly name: string;
  readonly index: number;
  readonly network: MemoryNetwork;
  readonly random: SeededRandom;
}

export interface SimulationOptions {
  /** Everything that varies comes from it: the same seed is the same run. */
  readonly seed: number | string;
  /** How many, named n0, n1 …; or their names. */
  readonly nodes: number | readonly string[];
  /** The plugins of one node. Default: one memory transport with its discovery. */
  readonly plugins?: (plan: NodePlan) => readonly PluginUse[];
  /** Starts the nodes, plans faults, sends, and checks. Nodes are stopped after it. */
  readonly scenario: (world: World) => Promise<void>;
  /** The command that runs this seed again, for the failure's message. Default `npm run sim -- --seed <seed>`. */
  readonly replayCommand?: (seed: string) => string;
  /** Virtual milliseconds that stopping all nodes may take. Default 60,000. */
  readonly stopWithinMs?: number;
}

export interface SimulationReport {
  readonly seed: string;
  /** SHA-256 of the trace: equal for equal seeds. */
  readonly hash: string;
  readonly trace: readonly string[];
  readonly virtualMs: number;
  /** How often each fault bit. */
  readonly network: NetworkCounters;
  /** Kernel events of all nodes, counted by name. */
  readonly events: ReadonlyMap<string, number>;
  /** How often each `world.sometimes` was reached. */
  readonly reached: ReadonlyMap<string, number>;
  /** Timers that still waited after all nodes had stopped. A leak where it is not 0. */
  readonly timersLeft: number;
}

const tailLines = 20;

/**
 * Runs a scenario on whole nodes in virtual time. A scenario that throws fails the run, and the error's message holds
 * the command that replays it; its detail holds the hash and the end of the trace.
 * @throws SwarmError `SIMULATION_FAILED`
 */
export async function simulate(o: SimulationOptions): Promise<SimulationReport> {
  const random = new SeededRandom(o.seed);
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, seed: random.fork("network").seed });
  const trace = new Trace(() => clock.now());
  const events = new Map<string, number>();
  network.capture(({ fate, transport, from, to, frame }) => trace.note(from, fate, [transport, to, frame.byteLength]));
  const nodes: SimulatedNode[] = [];
  const world = new World({ clock, random: random.fork("scenario"), network, nodes, trace });
  try {
    for (const [index, name] of namesOf(o.nodes).entries()) {
      const own = random.fork(`node ${name}`);
      const plan = { name, index, network, random: own.fork("plugins") };
      const plugins = o.plugins?.(plan) ?? [use(memoryPlugin({ network }))];
      const heard = (event: string) => void events.set(event, (events.get(event) ?? 0) + 1);
      nodes.push(await world.until(SimulatedNode.create({ name, clock, random: own, trace, plugins, heard })));
    }
    await playThenStop(o, world);
  } catch (error) {
    throw await explain(error, random.seed, o, trace);
  }
  // What was still in the air when the nodes stopped comes down now.
  await clock.advance(o.stopWithinMs ?? 60_000);
  return {
    seed: random.seed,
    hash: await trace.hash(),
    trace: trace.lines,
    virtualMs: clock.now(),
    network: network.counters,
    events,
    reached: world.reached,
    timersLeft: clock.pending,
  };
}

/** The scenario's own failure is told, not what stopping after it brought to light. */
async function playThenStop(o: SimulationOptions, world: World): Promise<void> {
  const stop = () => world.until(Promise.all(world.nodes.map((node) => node.swarm.stop())), o.stopWithinMs);
  try {
    await o.scenario(world);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  await stop();
}

async function explain(error: unknown, seed: string, o: SimulationOptions, trace: Trace): Promise<Error> {
  const replay = (o.replayCommand ?? ((each) => `npm run sim -- --seed ${each}`))(seed);
  const problem = failed(`seed ${seed}: ${reasonOf(error)}\nreplay: ${replay}`, error);
  const detail = { seed, replay, hash: await trace.hash(), tail: trace.lines.slice(-tailLines) };
  return Object.assign(problem, { detail });
}

function namesOf(nodes: number | readonly string[]): readonly string[] {
  const names = typeof nodes === "number" ? Array.from({ length: nodes }, (_, i) => `n${i}`) : nodes;
  if (names.length === 0 || new Set(names).size !== names.length)
    throw failed("nodes: expected at least one name, each once");
  return names;
}
