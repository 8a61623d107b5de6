import { describeError, SwarmError } from "@swarm-space/core";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import { errorTable } from "../error-table.ts";
import type { MemoryNetwork } from "../memory/memory-network.ts";
import type { SeededRandom } from "../random/seeded-random.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { Trace } from "./trace.ts";

export interface WorldParts {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: MemoryNetwork;
  readonly nodes: readonly SimulatedNode[];
  readonly trace: Trace;
}

const maxSometimes = 1_000;

/** What a scenario has in its hands. Only the scenario moves time. */
export class World {
  readonly clock: VirtualClock;
  /** The scenario's own stream. The network and each node draw from others. */
  readonly random: SeededRandom;
  readonly network: MemoryNetwork;
  readonly nodes: readonly SimulatedNode[];
  /** How often each `sometimes` was reached. */
  readonly reached = new Map<string, number>();
  readonly #trace: Trace;

  constructor(parts: WorldParts) {
    this.clock = parts.clock;
    this.random = parts.random;
    this.network = parts.network;
    this.nodes = parts.nodes;
    this.#trace = parts.trace;
  }

  /** @throws SwarmError `OPTION_INVALID` where there is no such node */
  node(name: string): SimulatedNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new SwarmError("OPTION_INVALID", `there is no node ${JSON.stringify(name)}`);
    return found;
  }

  /** Lets virtual time pass. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /**
   * Moves time until `work` is settled, and gives its result: `await world.until(node.swarm.start())`. Awaiting such a
   * promise alone would wait for ever, for nobody moved the clock.
   * @throws SwarmError `SIMULATION_FAILED` when it is not settled within `maxMs` of virtual time (default 60,000)
   */
  async until<Value>(work: Promise<Value>, maxMs = 60_000): Promise<Value> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    work.then(settle, settle);
    if (!(await this.clock.runUntil(() => settled, maxMs)))
      throw failed(`nothing came of it within ${maxMs} ms of virtual time`);
    return work;
  }

  /** Starts every node at once. */
  async startAll(maxMs?: number): Promise<void> {
    await this.until(Promise.all(this.nodes.map((node) => node.swarm.start())), maxMs);
  }

  /** Safety, at any time. @throws SwarmError `SIMULATION_FAILED` */
  always(holds: boolean, what: string): void {
    if (!holds) throw failed(`broken at ${this.clock.now()} ms: ${what}`);
  }

  /** Liveness: moves time until it holds. @throws SwarmError `SIMULATION_FAILED` when it does not within `maxMs` */
  async eventually(holds: () => boolean, what: string, maxMs: number): Promise<void> {
    if (!(await this.clock.runUntil(holds, maxMs))) throw failed(`not within ${maxMs} ms: ${what}`);
  }

  /** Counts that a rare path was reached; the report tells, so that a run proves what it tested. */
  sometimes(what: string): void {
    if (!this.reached.has(what) && this.reached.size >= maxSometimes) return;
    this.reached.set(what, (this.reached.get(what) ?? 0) + 1);
  }

  /** Writes a line of the scenario's own into the trace. */
  note(what: string, facts?: unknown): void {
    this.#trace.note("scenario", what, facts);
  }
}

export function failed(what: string, cause?: unknown): SwarmError {
  return new SwarmError("SIMULATION_FAILED", what, {
    cure: errorTable.SIMULATION_FAILED,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Words for whatever a scenario threw. */
export function reasonOf(error: unknown): string {
  return SwarmError.is(error) ? `${error.code}: ${error.message}` : describeError(error);
}
