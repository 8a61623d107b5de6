import { type Clock, SwarmError, type TransportId } from "@swarm-space/core";
import { Board } from "../memory/board.ts";
import type { FaultScope } from "../memory/faults.ts";
import { SeededRandom } from "../random/seeded-random.ts";
import type { Datagram, DatagramEndpoint } from "./datagram.ts";
import {
  type AllDatagramFaults,
  type DatagramFaults,
  type DatagramRule,
  type Direction,
  directionOf,
  readDatagramRule,
} from "./datagram-faults.ts";

/**
 * What became of a datagram. `stray`: nobody was there. `overtaken`: one that was sent later arrived before it.
 * `resent`: the lane above sent it again.
 */
export type DatagramFate = "sent" | "delivered" | "lost" | "doubled" | "late" | "cut" | "away" | "stray" | "overtaken";

export interface DatagramNetworkOptions {
  /** Carries the datagrams, and outlives every node. */
  readonly clock: Clock;
  /** Decides which datagrams suffer. */
  readonly seed: number | string;
  /** Sees every datagram and what became of it. */
  readonly witness?: (fate: DatagramFate, datagram: Datagram) => void;
  /** Sees every dial as it begins, whatever comes of it and whatever its node tells of it. */
  readonly dialled?: (dial: BegunDial) => void;
}

/** Who dials whom. The names are address values. */
export interface BegunDial {
  readonly transport: TransportId;
  readonly from: string;
  /** Undefined: no address of this transport was known. */
  readonly to: string | undefined;
}

/** A fault that holds until it is undone. */
export interface ActiveFault {
  /** How many datagrams, or connections, it has hit so far. */
  readonly bites: number;
  /** Ends it. Twice is harmless. */
  undo(): void;
}

interface Outage {
  readonly transport: TransportId;
  readonly nodes: readonly string[] | undefined;
}

const maxRules = 1_024;

/**
 * A network of datagrams inside one process: nothing is promised but that what arrives is whole. Transports make
 * reliable lanes of it, so every fault bites where it does in the world: below the connections.
 */
export class DatagramNetwork {
  readonly clock: Clock;
  /** Who can be found. */
  readonly board = new Board();
  readonly counters: Record<DatagramFate | "resent" | "brokenLanes", number> = {
    sent: 0,
    delivered: 0,
    lost: 0,
    doubled: 0,
    late: 0,
    cut: 0,
    away: 0,
    stray: 0,
    overtaken: 0,
    resent: 0,
    brokenLanes: 0,
  };
  readonly #random: SeededRandom;
  readonly #witness: DatagramNetworkOptions["witness"];
  readonly #dialled: DatagramNetworkOptions["dialled"];
  readonly #endpoints = new Map<string, DatagramEndpoint>();
  readonly #outages = new Set<Outage>();
  /** By transport, sender and receiver; emptied when a rule comes or goes. */
  readonly #directions = new Map<string, Direction>();
  /** The latest datagram that arrived, by link and direction. */
  readonly #arrived = new Map<string, number>();
  #rules: readonly DatagramRule[] = [];
  #links = 0;
  #serial = 0;

  constructor(o: DatagramNetworkOptions) {
    this.clock = o.clock;
    this.#random = new SeededRandom(o.seed);
    this.#witness = o.witness;
    this.#dialled = o.dialled;
  }

  /** Later rules win, field by field. @throws SwarmError `OPTION_INVALID` */
  inject(scope: FaultScope, faults: DatagramFaults): ActiveFault {
    const rule = readDatagramRule(scope, faults);
    if (this.#rules.length >= maxRules) throw new SwarmError("OPTION_INVALID", `faults: more than ${maxRules} rules`);
    this.#setRules([...this.#rules, rule]);
    return {
      get bites() {
        return rule.bites;
      },
      undo: () => {
        if (this.#rules.includes(rule)) this.#setRules(this.#rules.filter((other) => other !== rule));
      },
    };
  }

  /** No datagram passes between the groups. */
  partition(groups: readonly (readonly string[])[]): ActiveFault {
    const cuts = groups.flatMap((from) =>
      groups.filter((to) => to !== from).map((to) => this.inject({ from, to }, { cut: true })),
    );
    return {
      get bites() {
        return cuts.reduce((sum, cut) => sum + cut.bites, 0);
      },
      undo: () => {
        for (const cut of cuts) cut.undo();
      },
    };
  }

  /** Takes a transport away, from all or from some, and tells those who use it: their state turns "error". */
  outage(transport: TransportId, nodes?: readonly string[]): ActiveFault {
    const outage: Outage = { transport, nodes };
    const before = this.counters.brokenLanes;
    this.#outages.add(outage);
    this.#refresh(transport);
    const bites = this.counters.brokenLanes - before;
    return {
      bites,
      undo: () => {
        if (this.#outages.delete(outage)) this.#refresh(transport);
      },
    };
  }

  /** For transports: why an end cannot work now. */
  problemOf(transport: TransportId, name: string): string | undefined {
    for (const outage of this.#outages) {
      if (outage.transport === transport && (outage.nodes?.includes(name) ?? true)) return `${transport} is away`;
    }
    return undefined;
  }

  /** For transports: takes an address. @returns gives it back. @throws SwarmError `TRANSPORT_OPEN_FAILED` */
  join(endpoint: DatagramEndpoint): () => void {
    const key = `${endpoint.transport}/${endpoint.name}`;
    if (this.#endpoints.has(key)) throw new SwarmError("TRANSPORT_OPEN_FAILED", `the address ${key} is taken`);
    this.#endpoints.set(key, endpoint);
    return () => {
      if (this.#endpoints.get(key) === endpoint) this.#endpoints.delete(key);
    };
  }

  /** For transports: somebody is at this address. A relay knows; a direct medium does not tell. */
  isPresent(transport: TransportId, name: string): boolean {
    return this.#endpoints.has(`${transport}/${name}`);
  }

  /** For transports: a dial begins. */
  noteDial(dial: BegunDial): void {
    this.#dialled?.(dial);
  }

  /** For transports: a number that no link had before. */
  nextLink(): number {
    return ++this.#links;
  }

  /** For transports: what holds along one direction now. */
  faultsOf(transport: TransportId, from: string, to: string): AllDatagramFaults {
    return this.#direction(transport, from, to).faults;
  }

  /** For transports: sends a datagram into the weather. */
  send(datagram: Datagram): void {
    const { transport, from, to } = datagram;
    const { faults, rules } = this.#direction(transport, from, to);
    this.#tell("sent", datagram);
    if (this.problemOf(transport, from) !== undefined) return this.#tell("away", datagram);
    if (faults.cut) {
      blame(rules, "cut");
      return this.#tell("cut", datagram);
    }
    if (faults.loss > 0 && this.#random.chance(faults.loss)) {
      blame(rules, "loss");
      return this.#tell("lost", datagram);
    }
    this.#fly(datagram, faults, rules);
    if (faults.duplicate === 0 || !this.#random.chance(faults.duplicate)) return;
    blame(rules, "duplicate");
    this.#tell("doubled", datagram);
    this.#fly(datagram, faults, rules);
  }

  #fly(datagram: Datagram, faults: AllDatagramFaults, rules: readonly DatagramRule[]): void {
    const { latencyMs, jitterMs, reorder, bytesPerSecond } = faults;
    const widthMs = ((datagram.frame?.length ?? 0) * 1_000) / bytesPerSecond;
    let delayMs = latencyMs + widthMs + (jitterMs > 0 ? this.#random.float() * jitterMs : 0);
    if (reorder > 0 && this.#random.chance(reorder)) {
      delayMs += this.#random.float() * 4 * (latencyMs + jitterMs);
      blame(rules, "reorder");
      this.#tell("late", datagram);
    }
    const serial = ++this.#serial;
    this.clock.timer(delayMs, () => this.#arrive(datagram, serial));
  }

  #arrive(datagram: Datagram, serial: number): void {
    const { transport, from, to, link } = datagram;
    if (this.problemOf(transport, to) !== undefined) return this.#tell("away", datagram);
    const endpoint = this.#endpoints.get(`${transport}/${to}`);
    if (endpoint === undefined) return this.#tell("stray", datagram);
    const way = `${link} ${from}`;
    const latest = this.#arrived.get(way) ?? 0;
    if (serial < latest) this.#tell("overtaken", datagram);
    else this.#arrived.set(way, serial);
    this.#tell("delivered", datagram);
    endpoint.receive(datagram);
  }

  /** For transports: a link is over. */
  forget(link: number, from: string): void {
    this.#arrived.delete(`${link} ${from}`);
  }

  #direction(transport: TransportId, from: string, to: string): Direction {
    const key = `${transport} ${from} ${to}`;
    let known = this.#directions.get(key);
    if (known === undefined) {
      known = directionOf(this.#rules, transport, from, to);
      this.#directions.set(key, known);
    }
    return known;
  }

  #setRules(rules: readonly DatagramRule[]): void {
    this.#rules = rules;
    this.#directions.clear();
  }

  #refresh(transport: TransportId): void {
    for (const endpoint of [...this.#endpoints.values()]) if (endpoint.transport === transport) endpoint.refresh();
  }

  #tell(fate: DatagramFate, datagram: Datagram): void {
    this.counters[fate]++;
    this.#witness?.(fate, datagram);
  }
}

/** The last rule that has a say in the matter did it. */
function blame(rules: readonly DatagramRule[], matter: keyof DatagramFaults): void {
  const rule = rules.findLast(({ faults }) => faults[matter] !== undefined);
  if (rule !== undefined) rule.bites++;
}
