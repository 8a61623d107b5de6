import {
  type Clock,
  type EventBus,
  type EventName,
  type Guard,
  type ManyPort,
  type OnePort,
  type Outcome,
  type OutcomeKind,
  type Permit,
  type Plugin,
  type PluginContext,
  type PluginHandle,
  type Port,
  ports,
  type Random,
  type RoutePolicy,
  SwarmError,
  type SwarmEvents,
  type Way,
} from "@swarm-space/core";
import resilience, {
  type ConnectionResilience,
  getConnectionResilience,
  type ResilienceConfig,
} from "@swarm-space/resilience";
import { resilienceConfig } from "../src/resilience-config.ts";
import { makeRoom } from "../src/room.ts";
import { allSafeguards, type Safeguards } from "../src/safeguards.ts";

/** Time that a test sets. It has no timers: the plugin must need none. */
export class TestClock implements Clock {
  ms = 1_000;
  wallMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.ms;
  }
  wall(): number {
    return this.wallMs;
  }
  timer(): Disposable {
    throw new Error("resilience asked for a timer");
  }
}

/** mulberry32, seeded. */
export class TestRandom implements Random {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.float() * 256));
  }
  float(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

export class TestBus implements EventBus {
  readonly seen: { readonly name: EventName; readonly detail: unknown }[] = [];
  readonly #listeners = new Map<EventName, Set<(detail: never) => void>>();

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
  emit<Name extends EventName>(name: Name, detail: SwarmEvents[Name]): void {
    this.seen.push({ name, detail });
    for (const listener of this.#listeners.get(name) ?? []) listener(detail as never);
  }
  on<Name extends EventName>(name: Name, listener: (detail: SwarmEvents[Name]) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener as (detail: never) => void));
    return () => set.delete(listener as (detail: never) => void);
  }
  names(): EventName[] {
    return this.seen.map(({ name }) => name);
  }
}

export interface TestNode {
  readonly clock: TestClock;
  readonly events: TestBus;
  readonly guard: Guard;
  readonly routes: RoutePolicy;
  readonly resilience: ConnectionResilience;
  readonly handle: PluginHandle;
}

function use<Value>(port: ManyPort<Value>): readonly Value[];
function use<Value>(port: OnePort<Value>): Value | undefined;
function use(port: Port<unknown>): unknown {
  return port.arity === "many" ? [] : undefined;
}

/** The plugin in a node of its own, set up as the kernel does. */
export function startNode(options: ResilienceConfig = {}, seed = 1): TestNode {
  const clock = new TestClock();
  const events = new TestBus();
  const standing = new Map<symbol, unknown>();
  const plugin: Plugin<typeof resilienceConfig> = resilience;
  const context: PluginContext<ReturnType<typeof resilienceConfig.parse>> = {
    self: { id: "a".repeat(52), network: "test", sign: () => Promise.reject(new Error("no key here")) },
    config: plugin.config.parse(options),
    provide(port, implementation) {
      if (!plugin.provides.includes(port)) throw new Error(`undeclared port ${port.name}`);
      standing.set(port.key, implementation);
    },
    use,
    clock,
    random: new TestRandom(seed),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    events,
  };
  const handle = plugin.setup(context) || {};
  const get = <Value>(port: Port<Value>): Value => {
    if (!standing.has(port.key)) throw new SwarmError("PORT_UNKNOWN", port.name);
    return standing.get(port.key) as Value;
  };
  void handle.start?.({ signal: new AbortController().signal });
  return {
    clock,
    events,
    guard: get(ports.guard),
    routes: get(ports.routes),
    resilience: getConnectionResilience({ get }),
    handle,
  };
}

/** The same with guards switched off: for ablations. */
export function startAblated(off: Partial<Safeguards>, options: ResilienceConfig = {}, seed = 1): TestNode {
  const clock = new TestClock();
  const events = new TestBus();
  const settings = resilienceConfig.parse(options);
  const room = makeRoom({ settings, clock, random: new TestRandom(seed), events }, { ...allSafeguards, ...off });
  void room.handle.start?.({ signal: new AbortController().signal });
  return { clock, events, ...room };
}

export function way(peer: string, transport = "gun", more: Partial<Way> = {}): Way {
  return { peer, transport, road: "relay", connected: false, ...more };
}

export function isPermit(answer: Permit | { readonly retryAt: number }): answer is Permit {
  return "release" in answer;
}

/** Milliseconds until an attempt is admitted; 0: now. */
export function waitMs(node: TestNode, to: Way): number {
  const refusal = node.guard.peek?.(to);
  return refusal === undefined ? 0 : refusal.retryAt - node.clock.ms;
}

/** One admitted attempt that ends in `kind`. */
export function attempt(node: TestNode, to: Way, kind: OutcomeKind): void {
  const permit = node.guard.admit(to);
  if (!isPermit(permit)) throw new Error(`refused: ${permit.reason}`);
  const outcome: Outcome = { kind, way: to, permit };
  node.guard.record(outcome);
  node.routes.record(outcome);
}

/** Fails until the breaker opens, waiting as told; returns the waits after each failure. */
export function breakWay(node: TestNode, to: Way, failures = 5): number[] {
  const waits: number[] = [];
  for (let i = 0; i < failures; i++) {
    node.clock.ms += waitMs(node, to);
    attempt(node, to, "refused");
    waits.push(waitMs(node, to));
  }
  return waits;
}
