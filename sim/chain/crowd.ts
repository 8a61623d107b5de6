import { accountOf, type ChainSyncConfig, chainRules, chainSyncConfig } from "@swarm-space/chain-sync";
import { memoryStore } from "@swarm-space/core";
import { DatagramNetwork, SeededRandom, swiftIdentity, Trace, VirtualClock } from "@swarm-space/testkit";
import { Book } from "./book.ts";
import type { ChainParts } from "./chain-seed.ts";
import { neighbours } from "./edges.ts";
import type { EngineNode } from "./engine-node.ts";
import { engineGround } from "./ground.ts";
import { areTogether, judgeEnd, lostOf } from "./judge.ts";
import { type ChainBreach, ChainTown } from "./town.ts";
import { wireTransport } from "./wire.ts";

export interface CrowdOptions {
  readonly seed: string;
  readonly parts: ChainParts;
  /** Default 100, and 500 of which half are made while the crowd is split. */
  readonly nodes?: number;
  readonly blocks?: number;
  readonly trace?: boolean;
}

export interface CrowdReport {
  readonly seed: string;
  readonly breaches: readonly { readonly breach: ChainBreach; readonly what: string; readonly atMs: number }[];
  readonly nodes: number;
  readonly mined: number;
  /** Of each block that was made in one whole crowd: when 99 of a hundred nodes held it, from its making on. */
  readonly spreadMs: readonly number[];
  /** Of all pairs of such a block and a node, the share that came within a second. */
  readonly withinSecond: number;
  /** From the split's end until one tip stood at all; undefined: never. */
  readonly healMs: number | undefined;
  /** Bodies that a node asked for, for each block that it took. */
  readonly bodiesEach: number;
  readonly cpuMs: number;
  readonly hash: string | undefined;
  readonly tail: readonly string[];
}

const allocation = 1_000_000_000n;
const meanDegree = 8;
const loss = 0.05;
const leastLatencyMs = 20;
const mostLatencyMs = 200;
/** Far enough apart that a block meets no other on its way: what is measured is its spreading, not a race. */
const gapMs = 4_000;
const splitGapMs = 2_000;
const healWithinMs = 400_000;
const payEvery = 2;

/** A large crowd on a lossy wire: how soon a block is everywhere, and how soon two halves are one again. */
export async function runCrowd(o: CrowdOptions): Promise<CrowdReport> {
  const { nodes: count = 100, blocks = 500 } = o;
  const startedAt = process.cpuUsage();
  const random = new SeededRandom(`crowd ${o.seed}`);
  const clock = new VirtualClock({ wallMs: Date.UTC(2026, 0, 1) });
  const trace = o.trace === true ? new Trace(() => clock.now()) : undefined;
  const network = new DatagramNetwork({ clock, seed: random.fork("network").seed });
  const plans = Array.from({ length: count }, (_, at) => {
    const own = random.fork(`n${at}`);
    return { name: `n${at}`, identity: swiftIdentity(own.fork("identity")), random: own };
  });
  const names = plans.map(({ identity }) => identity.id);
  const config: ChainSyncConfig = {
    parameters: {
      leastDifficulty: 8,
      blockTimeMs: gapMs,
      allocations: names.map((id) => ({ account: accountOf(id), amount: String(allocation) })),
    },
  };
  const settings = chainSyncConfig.parse(config);
  const rules = chainRules(o.parts.parametersOf("swarm-space", settings));
  const edges = neighbours(names, [], meanDegree, random.fork("edges"));
  layOut(network, edges, random.fork("links"));
  const ground = engineGround({
    clock,
    network,
    random: random.fork("wire"),
    parts: o.parts,
    rules,
    settings,
    areNeighbours: (one, other) => edges.has([one, other].sort().join(" ")),
    store: memoryStore,
  });
  const engines: EngineNode[] = [];
  const arrivals = new Map<string, number[]>();
  const town = new ChainTown({
    clock,
    random: random.fork("town"),
    book: new Book(rules),
    build: (heard) =>
      plans.map((plan, at) => {
        const node = ground.node(plan, (name, detail) => {
          if (name === "block:connected" || name === "chain:reorg") trace?.note(plan.name, name, detail);
          heard(at)(name, detail);
        });
        engines.push(node);
        return node;
      }),
    connected: (id) => {
      const list = arrivals.get(id) ?? [];
      arrivals.set(id, list);
      list.push(clock.now());
    },
  });
  const spreadMs: number[] = [];
  let [pairs, prompt] = [0, 0];
  let healMs: number | undefined;
  try {
    for (const at of town.nodes.keys()) town.boot(at);
    await clock.advance(5_000);
    const work = random.fork("work");
    const makeOne = async (at: number, thenMs: number) => {
      if (at % payEvery === 0) town.pay(work.integer(count), work);
      town.mine(work.integer(count));
      await clock.advance(thenMs + work.float() * 500);
    };
    const whole = blocks / 2;
    for (let at = 0; at < whole; at += 1) await makeOne(at, gapMs);
    for (const times of arrivals.values()) {
      const first = times[0] ?? 0;
      const delays = times.map((time) => time - first);
      pairs += count;
      prompt += delays.filter((delay) => delay <= 1_000).length;
      spreadMs.push(delays[Math.ceil(0.99 * count) - 1] ?? Number.POSITIVE_INFINITY);
    }
    const shuffled = names.map((name) => ({ name, key: work.float() })).sort((one, other) => one.key - other.key);
    const groups = [shuffled.slice(0, count / 2), shuffled.slice(count / 2)].map((each) =>
      each.map(({ name }) => name),
    );
    const split = network.partition(groups);
    for (let at = whole; at < blocks; at += 1) await makeOne(at, splitGapMs);
    split.undo();
    const healedAt = clock.now();
    const until = async (holds: () => boolean, stepMs: number) => {
      const end = clock.now() + healWithinMs;
      while (!holds() && clock.now() < end) await clock.advance(stepMs);
    };
    await until(() => areTogether(town), 100);
    if (areTogether(town)) healMs = clock.now() - healedAt;
    await until(() => areTogether(town) && lostOf(town).length === 0, 1_000);
    judgeEnd(town, allocation);
    const stopped = Promise.all(town.nodes.map((node) => node.stop()));
    ground.close();
    await clock.advance(10_000);
    await stopped;
  } catch (error) {
    town.breach("escaped", `thrown through the clock: ${error instanceof Error ? error.stack : String(error)}`);
  }
  const { user, system } = process.cpuUsage(startedAt);
  const asked = engines.reduce((sum, node) => sum + node.asked, 0);
  const taken = [...arrivals.values()].reduce((sum, times) => sum + times.length - 1, 0);
  return {
    seed: o.seed,
    breaches: town.breaches,
    nodes: count,
    mined: town.mined,
    spreadMs,
    withinSecond: pairs === 0 ? 0 : prompt / pairs,
    healMs,
    bodiesEach: asked / Math.max(1, taken),
    cpuMs: Math.round((user + system) / 1_000),
    hash: await trace?.hash(),
    tail: trace?.lines.slice(-40) ?? [],
  };
}

/** Each link has a latency of its own, the same both ways. */
function layOut(network: DatagramNetwork, edges: ReadonlySet<string>, random: SeededRandom): void {
  network.inject({ transport: wireTransport }, { loss });
  for (const edge of edges) {
    const [one = "", other = ""] = edge.split(" ");
    const latencyMs = leastLatencyMs + random.float() * (mostLatencyMs - leastLatencyMs);
    network.inject({ transport: wireTransport, from: one, to: other }, { latencyMs });
    network.inject({ transport: wireTransport, from: other, to: one }, { latencyMs });
  }
}
