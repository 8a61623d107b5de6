import { type Clock, type RoadId, SwarmError, type TransportId } from "@swarm-space/core";
import { SeededRandom } from "../random/seeded-random.ts";
import { Board } from "./board.ts";
import { dialMemory } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import {
  type AllFaults,
  type EndName,
  type FaultRule,
  type FaultScope,
  type Faults,
  matches,
  readRule,
  resolveFaults,
  takesTime,
} from "./faults.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { MemoryLink } from "./memory-link.ts";
import { type FrameSighting, type NetworkCounters, NetworkTap } from "./network-tap.ts";
import { type OutageScope, Outages } from "./outages.ts";

export interface MemoryNetworkOptions {
  /** Needed by faults that take time. A VirtualClock makes runs repeatable. Without it frames arrive as soon as possible. */
  readonly clock?: Clock;
  /** Decides which frames suffer. Default 1. */
  readonly seed?: number | string;
  /** Runs deliveries soon. Default `queueMicrotask`: fastest, but timers and sockets wait while frames fly; pass `setImmediate` to let them in. */
  readonly schedule?: (run: () => void) => void;
  /** Open transports at once. Default 10,000. */
  readonly maxEndpoints?: number;
}

const maxRules = 4_096;

/**
 * A network inside one process. Transports join it; frames fly in order and once, unless told otherwise.
 * All faults are rules with a scope, and each rule has its undo.
 */
export class MemoryNetwork {
  readonly clock: Clock | undefined;
  /** Who can be found. Read by the memory discovery source. */
  readonly board = new Board();
  readonly #tap = new NetworkTap();
  readonly #random: SeededRandom;
  readonly #schedule: (run: () => void) => void;
  readonly #maxEndpoints: number;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #links = new Set<MemoryLink>();
  readonly #changes = new Set<() => void>();
  readonly #outages = new Outages();
  #rules: readonly FaultRule[] = [];
  #linkCount = 0;

  constructor(o: MemoryNetworkOptions = {}) {
    this.clock = o.clock;
    this.#random = new SeededRandom(o.seed ?? 1);
    this.#schedule = o.schedule ?? queueMicrotask;
    this.#maxEndpoints = o.maxEndpoints ?? 10_000;
  }

  /**
   * Lets faults bite wherever the scope matches, on links that stand and on later ones. Later rules win, field by field.
   * @returns the undo. Twice is harmless
   * @throws SwarmError `OPTION_INVALID` for a wrong fault, or for one that takes time on a network without a clock
   */
  inject(scope: FaultScope, faults: Faults): () => void {
    const rule = readRule(scope, faults);
    if (this.clock === undefined && takesTime(rule.faults)) {
      throw new SwarmError("OPTION_INVALID", "faults: latency, jitter and width need a network with a clock");
    }
    if (this.#rules.length >= maxRules)
      throw new SwarmError("OPTION_INVALID", `faults: more than ${maxRules} rules; undo some`);
    this.#setRules([...this.#rules, rule]);
    return () => {
      if (this.#rules.includes(rule)) this.#setRules(this.#rules.filter((other) => other !== rule));
    };
  }

  /**
   * Parts the nodes into groups that do not reach each other. Nodes are named by address value or peer id; unnamed ones reach all.
   * @param how "stall" (default): frames wait for the healing, dials hang. "blackhole": frames vanish, dials hang.
   *   "cut": connections die at once, dials fail
   * @returns heals it. Twice is harmless
   */
  partition(groups: readonly (readonly string[])[], how: "stall" | "blackhole" | "cut" = "stall"): () => void {
    const faults: Faults =
      how === "cut"
        ? { dial: "refuse" }
        : how === "stall"
          ? { stall: true, dial: "hang" }
          : { blackhole: true, dial: "hang" };
    const undos: (() => void)[] = [];
    groups.forEach((from, i) => {
      groups.forEach((to, k) => {
        if (i === k) return;
        undos.push(this.inject({ from, to }, faults));
        if (how === "cut") this.drop({ from, to }, "the network is parted");
      });
    });
    return () => {
      for (const undo of undos) undo();
    };
  }

  /** Kills the connections that match now, with what is under way. The scope may match either direction. @returns how many */
  drop(scope: FaultScope = {}, detail = "the connection was dropped"): number {
    const hit = [...this.#links].filter(
      (link) =>
        matches(scope, link.transport, link.dialer, link.acceptor) ||
        matches(scope, link.transport, link.acceptor, link.dialer),
    );
    for (const link of hit) {
      this.#tap.counters.connectionsLost++;
      link.kill(detail);
    }
    return hit.length;
  }

  /**
   * Takes a rendezvous, or a whole transport, away: states turn "error", dials say TRANSPORT_UNAVAILABLE, and connections
   * whose bytes it carries die. Direct connections outlive their rendezvous.
   * @returns brings it back. Twice is harmless
   */
  outage(scope: OutageScope): () => void {
    const end = this.#outages.begin(scope);
    for (const link of [...this.#links]) {
      if (!this.#outages.carries(link)) continue;
      this.#tap.counters.connectionsLost++;
      link.kill("the rendezvous is away");
    }
    this.#changed();
    return () => {
      end();
      this.#changed();
    };
  }

  /** Shows every frame and what became of it. @returns its unsubscribe */
  capture(listener: (sighting: FrameSighting) => void): () => void {
    return this.#tap.capture(listener);
  }

  /** How often each thing happened so far. */
  get counters(): NetworkCounters {
    return { ...this.#tap.counters };
  }

  /** Connections that stand, half-open ones among them. */
  get connectionCount(): number {
    return this.#links.size;
  }

  /** For transports: takes an address. @returns gives it back. @throws SwarmError `TRANSPORT_OPEN_FAILED` when it is taken or the network is full */
  join(endpoint: Endpoint): () => void {
    const key = keyOf(endpoint.transport, endpoint.name);
    if (this.#endpoints.has(key)) throw new SwarmError("TRANSPORT_OPEN_FAILED", `the address ${key} is taken`);
    if (this.#endpoints.size >= this.#maxEndpoints)
      throw new SwarmError("TRANSPORT_OPEN_FAILED", "the memory network is full");
    this.#endpoints.set(key, endpoint);
    return () => {
      if (this.#endpoints.get(key) === endpoint) this.#endpoints.delete(key);
    };
  }

  /** For transports: a new connection from an open endpoint to an address value. Errors as `Transport.connect`. */
  async dial(from: Endpoint, value: string, road: RoadId, signal: AbortSignal): Promise<MemoryConnection> {
    this.#tap.counters.dialed++;
    try {
      const to = () => this.#endpoints.get(keyOf(from.transport, value));
      const target = to() ?? { name: value, peer: undefined };
      await dialMemory({
        faults: () => this.faultsOf(from.transport, from, target),
        roundTripMs: () =>
          this.faultsOf(from.transport, from, target).latencyMs + this.faultsOf(from.transport, target, from).latencyMs,
        away: () =>
          this.#outages.problemOf(from) ??
          this.#outages.problemOf({ ...target, transport: from.transport, rendezvous: to()?.rendezvous }),
        clock: this.clock,
        onChange: (listener) => this.onChange(listener),
        signal,
      });
      const acceptor = to();
      if (acceptor === undefined)
        throw new SwarmError("PEER_ABSENT", `nobody is at ${value}`, { detail: { address: value } });
      return this.#connect(from, acceptor, road);
    } catch (error) {
      this.#tap.counters.dialsFailed++;
      throw error;
    }
  }

  /** For transports: the faults that hold along one direction now. */
  faultsOf(transport: TransportId, from: EndName, to: EndName): AllFaults {
    return resolveFaults(this.#rules, transport, from, to);
  }

  /** For transports: why an end cannot work now. */
  problemOf(
    end: EndName & { readonly transport: TransportId; readonly rendezvous: string | undefined },
  ): string | undefined {
    return this.#outages.problemOf(end);
  }

  /** For transports: rules or outages changed. @returns its unsubscribe */
  onChange(listener: () => void): () => void {
    const own = () => listener();
    this.#changes.add(own);
    return () => void this.#changes.delete(own);
  }

  #connect(from: Endpoint, to: Endpoint, road: RoadId): MemoryConnection {
    const serial = ++this.#linkCount;
    const link: MemoryLink = new MemoryLink({
      medium: { clock: this.clock, tap: this.#tap, schedule: this.#schedule },
      transport: from.transport,
      road,
      dialer: from,
      acceptor: to,
      random: (name) => this.#random.fork(`${serial}:${name}`),
      onOver: () => void this.#links.delete(link),
    });
    link.apply(this.#rules);
    this.#links.add(link);
    try {
      if (to.accept(link.far)) return link.near;
    } catch (error) {
      link.kill("the other side could not accept");
      throw new SwarmError("DIAL_FAILED", "the other side could not accept", { cause: error });
    }
    link.kill("the other side has no room");
    throw new SwarmError("DIAL_FAILED", "the other side has no room");
  }

  #setRules(rules: readonly FaultRule[]): void {
    this.#rules = rules;
    for (const link of this.#links) link.apply(rules);
    this.#changed();
  }

  #changed(): void {
    for (const endpoint of [...this.#endpoints.values()]) endpoint.refresh();
    for (const listener of [...this.#changes]) listener();
  }
}

function keyOf(transport: TransportId, name: string): string {
  return `${transport}/${name}`;
}
