import {
  accountOf,
  type ChainSyncConfig,
  chainRules,
  chainSyncConfig,
  type ReplacedRules,
} from "@swarm-space/chain-sync";
import { DatagramNetwork, SeededRandom, swiftIdentity, Trace, VirtualClock } from "@swarm-space/testkit";
import type { parametersOf } from "../../packages/chain-sync/src/api/chain-sync-config.ts";
import { Book } from "./book.ts";
import type { NodePlan } from "./chain-node.ts";
import { planChainWeather } from "./chain-weather.ts";
import { neighbours } from "./edges.ts";
import type { EngineParts } from "./engine-node.ts";
import { engineGround } from "./ground.ts";
import { areTogether, isMinedOut, judgeEnd, lostOf } from "./judge.ts";
import { Liar, lies } from "./liar.ts";
import { type ChainBreach, ChainTown } from "./town.ts";
import { wholeGround } from "./whole-node.ts";

/** The plugin's inner rooms, from the build or from the sources. */
export interface ChainParts extends EngineParts {
  readonly parametersOf: typeof parametersOf;
}

export interface ChainSeedOptions {
  readonly seed: string;
  /** "engine": the plugin's engine on a small wire. "whole": whole nodes. */
  readonly ground: "engine" | "whole";
  readonly parts: ChainParts;
  /** Keep a trace, and give its hash. Slower. */
  readonly trace?: boolean;
  /** Of the honest nodes' engine alone: the seed's own book goes by the shipped ones. */
  readonly rules?: ReplacedRules;
}

export interface ChainSeedReport {
  readonly seed: string;
  readonly breaches: readonly { readonly breach: ChainBreach; readonly what: string; readonly atMs: number }[];
  readonly nodes: number;
  /** Blocks that honest nodes made. */
  readonly mined: number;
  readonly height: number;
  readonly transactions: number;
  /** From the end of the weather until one tip stood at all; undefined: never. */
  readonly healMs: number | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly virtualMs: number;
  readonly cpuMs: number;
  readonly hash: string | undefined;
  readonly tail: readonly string[];
}

const nodeCount = 8;
const blocks = 40;
const payments = 50;
const chaosMs = 20_000;
/** With a beat of two minutes: what was missed by all means comes by the third. */
const healWithinMs = 400_000;
const drainBlocks = 12;
const allocation = 1_000_000_000n;
const tailLines = 60;
/** Other nodes that one is joined to, beside the ring that keeps all together. */
const meanDegree = 4;

/** One seed: a town on its ground, its weather and its liars, and the judgement. */
export async function runChainSeed(o: ChainSeedOptions): Promise<ChainSeedReport> {
  const startedAt = process.cpuUsage();
  const random = new SeededRandom(`chain ${o.seed}`);
  const clock = new VirtualClock({ wallMs: Date.UTC(2026, 0, 1) });
  const trace = o.trace === true ? new Trace(() => clock.now()) : undefined;
  const network = new DatagramNetwork({
    clock,
    seed: random.fork("network").seed,
    ...(trace === undefined
      ? {}
      : {
          witness: (fate, { from, to, link, kind, seq }) =>
            trace.note(from.slice(0, 6), fate, [to.slice(0, 6), link, kind, seq]),
        }),
  });
  const plan = (name: string): NodePlan => {
    const own = random.fork(name);
    return { name, identity: swiftIdentity(own.fork("identity")), random: own };
  };
  const honest = Array.from({ length: nodeCount }, (_, at) => plan(`n${at}`));
  const drawn = random.fork("liars");
  const chosen = [drawn.integer(lies.length), drawn.integer(lies.length)].map((at) => lies[at] ?? "promises");
  const crooked = chosen.map((_, at) => plan(`liar${at}`));
  const config: ChainSyncConfig = {
    parameters: {
      leastDifficulty: 8,
      blockTimeMs: 1_000,
      allocations: honest.map(({ identity }) => ({ account: accountOf(identity.id), amount: String(allocation) })),
    },
  };
  const settings = chainSyncConfig.parse(config);
  const rules = chainRules(o.parts.parametersOf("swarm-space", settings));
  const nodeRules = o.rules === undefined ? rules : chainRules(rules.parameters, o.rules);
  const book = new Book(rules);
  const edges = neighbours(
    honest.map(({ identity }) => identity.id),
    crooked.map(({ identity }) => identity.id),
    meanDegree,
    random.fork("edges"),
  );
  const areNeighbours = (one: string, other: string) => edges.has([one, other].sort().join(" "));
  const ground =
    o.ground === "whole"
      ? wholeGround({ clock, network, config })
      : engineGround({
          clock,
          network,
          random: random.fork("wire"),
          parts: o.parts,
          rules: nodeRules,
          settings,
          areNeighbours,
        });
  const town = new ChainTown({
    clock,
    random: random.fork("town"),
    book,
    build: (heard) =>
      honest.map((each, at) =>
        ground.node(each, (name, detail) => {
          trace?.note(each.name, name, detail);
          heard(at)(name, detail);
        }),
      ),
  });
  const liars = crooked.map((each, at) => {
    const lie = chosen[at] ?? "promises";
    const liar: Liar = new Liar({
      lie,
      account: accountOf(each.identity.id),
      book,
      clock,
      random: each.random.fork("lies"),
      lane: () => node.lane,
      bit: () => town.count(`lie: ${lie}`),
    });
    const node = ground.liar(each, liar);
    return { liar, node };
  });
  const onEscape = (error: unknown) =>
    town.breach("escaped", `unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.on("unhandledRejection", onEscape);
  let healMs: number | undefined;
  try {
    for (const at of town.nodes.keys()) clock.timer(random.float() * 200, () => town.boot(at));
    for (const { node } of liars) void node.boot();
    const heal = planChainWeather({
      clock,
      network,
      transport: ground.transport,
      town,
      random: random.fork("weather"),
      chaosMs,
    });
    planWork(town, clock, random.fork("work"));
    const acts = random.fork("acts");
    for (const { liar } of liars)
      for (let at = 1_500; at < chaosMs; at += 800 + acts.float() * 3_000)
        clock.timer(at, () => void liar.act().catch(onEscape));
    const isOver = () => town.breaches.length > 0;
    const steps = async (holds: () => boolean, forMs: number, stepMs = 250) => {
      const until = clock.now() + forMs;
      while (!isOver() && !holds() && clock.now() < until) await clock.advance(stepMs);
    };
    await steps(() => false, chaosMs + 2_000, 1_000);
    heal();
    const healedAt = clock.now();
    await steps(() => town.mined >= blocks && areTogether(town), healWithinMs);
    if (areTogether(town)) healMs = clock.now() - healedAt;
    await steps(() => areTogether(town) && lostOf(town).length === 0, healWithinMs, 1_000);
    if (!isOver()) judgeEnd(town, allocation);
    // What waits is mined, by one after the other, and nothing may be left over.
    for (let at = 0; at < drainBlocks && !isOver() && !isMinedOut(town); at += 1) {
      town.mine(at % town.nodes.length);
      await steps(() => areTogether(town), 3_000);
      await clock.advance(1_000);
    }
    await steps(() => areTogether(town), healWithinMs, 1_000);
    if (!isOver() && !isMinedOut(town)) town.breach("lost", "a transaction waits that no block takes");
    if (!isOver()) judgeEnd(town, allocation);
    for (const at of town.nodes.keys()) town.tally(at);
    town.closed = isOver();
    await end();
  } catch (error) {
    town.breach("escaped", `thrown through the clock: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    process.off("unhandledRejection", onEscape);
  }
  for (const what of ["lost", "torn", "refused"] as const)
    town.count(
      `disk ${what}`,
      town.nodes.reduce((sum, { disk }) => sum + disk.counters[what], 0),
    );
  const { user, system } = process.cpuUsage(startedAt);
  return {
    seed: o.seed,
    breaches: town.breaches,
    nodes: town.nodes.length,
    mined: town.mined,
    height: book.best.height,
    transactions: town.submitted.size,
    healMs,
    counts: Object.fromEntries(town.counts),
    virtualMs: Math.round(clock.now()),
    cpuMs: Math.round((user + system) / 1_000),
    hash: await trace?.hash(),
    tail: trace?.lines.slice(-tailLines) ?? [],
  };

  /** Stops every node cleanly. Afterwards no timer may be left. */
  async function end(): Promise<void> {
    const stopped = { value: false };
    void Promise.all([...town.nodes, ...liars.map(({ node }) => node)].map((node) => node.stop())).then(() => {
      stopped.value = true;
    });
    const inTime = await clock.runUntil(() => stopped.value, 60_000);
    ground.close();
    // The kernel holds a question that a liar never answers as long as its asker may wait.
    await clock.advance(20_000);
    if (!inTime) town.breach("stuck", "a node did not stop");
    if (clock.pending > 0) town.breach("escaped", `${clock.pending} timers are left after the stop`);
  }
}

/** Blocks and payments, in quiet and in bursts; what a node that is down was to do another does. */
function planWork(town: ChainTown, clock: VirtualClock, random: SeededRandom): void {
  for (let at = 0; at < blocks; at += 1) {
    const who = random.integer(nodeCount);
    const isTwin = random.chance(0.15);
    const mine = (by: number) => {
      const up = town.upFrom(by);
      if (up !== undefined) town.mine(up);
    };
    clock.timer(1_000 + random.float() * (chaosMs - 1_500), () => {
      mine(who);
      if (isTwin) mine(who + 1);
    });
  }
  // What a full disk refused is made up for.
  const more = () => {
    const up = town.upFrom(random.integer(nodeCount));
    if (up === undefined || town.mined >= blocks) return;
    town.mine(up);
    clock.timer(400, more);
  };
  clock.timer(chaosMs, more);
  for (let at = 0; at < payments; at += 1) {
    const who = random.integer(nodeCount);
    clock.timer(800 + random.float() * (chaosMs - 1_500), () => {
      const up = town.upFrom(who);
      if (up !== undefined) town.pay(up, random);
    });
  }
}
