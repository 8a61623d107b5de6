import {
  createSwarm,
  type EventName,
  identityFromSecret,
  type PluginUse,
  ports,
  type Replacement,
  replaceRoom,
  roomPorts,
  type Swarm,
  type SwarmEvents,
  type SwarmOptions,
} from "@swarm-space/core";
import { MemoryNetwork, SeededRandom, VirtualClock } from "@swarm-space/testkit";

/** Virtual time, seeded chance and a network for the nodes of one test. Disposed, it stops them all. */
export class Stage implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly nodes: Swarm[] = [];
  readonly #random: SeededRandom;

  constructor(seed = "acceptance") {
    this.#random = new SeededRandom(seed);
    this.network = new MemoryNetwork({ clock: this.clock, seed });
  }

  /** A node that is not started. `name` names its identity too. */
  async node(
    name: string,
    plugins: readonly PluginUse[],
    o: Omit<SwarmOptions, "plugins" | "replace" | "identity"> & { readonly replace?: readonly Replacement[] } = {},
  ): Promise<Swarm> {
    const random = this.#random.fork(name);
    const swarm = await createSwarm({
      log: "silent",
      ...o,
      plugins,
      identity: identityFromSecret(random.fork("identity").bytes(32)),
      replace: [
        replaceRoom(ports.clock, () => this.clock),
        replaceRoom(ports.random, () => random),
        ...(o.replace ?? []),
      ],
    });
    this.nodes.push(swarm);
    return swarm;
  }

  /** Moves time until the promise is settled. */
  async until<Value>(work: Promise<Value>, maxMs = 60_000): Promise<Value> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    work.then(settle, settle);
    if (!(await this.clock.runUntil(() => settled, maxMs))) throw new Error(`not settled within ${maxMs} ms`);
    return work;
  }

  /** Moves time until it holds. */
  async eventually(holds: () => boolean, what: string, maxMs = 60_000): Promise<void> {
    if (!(await this.clock.runUntil(holds, maxMs))) throw new Error(`not within ${maxMs} ms: ${what}`);
  }

  async start(...nodes: Swarm[]): Promise<void> {
    await this.until(Promise.all((nodes.length > 0 ? nodes : this.nodes).map((node) => node.start())));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.until(Promise.all(this.nodes.map((node) => node.stop())));
  }
}

/** True where `from` reaches `to` over each of these transports. */
export function reaches(from: Swarm, to: Swarm, ...transports: readonly string[]): boolean {
  const peer = from.peers().find(({ id }) => id === to.id);
  return peer !== undefined && transports.every((transport) => peer.transports.includes(transport));
}

/** Collects every event of a name. */
export function heard<Name extends EventName>(swarm: Swarm, name: Name): SwarmEvents[Name][] {
  const all: SwarmEvents[Name][] = [];
  swarm.on(name, (detail) => void all.push(detail));
  return all;
}

/** The outcome of a promise as a value. */
export function outcome<Value>(work: Promise<Value>): Promise<{ readonly value: Value } | { readonly error: unknown }> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Ablation: a ledger that takes every letter for a new one, and an order that lets any pass. */
export function forgetLedger(swarm: Swarm): void {
  const ledger = swarm.get(roomPorts.ledger);
  const remember = ledger.window.bind(ledger);
  swarm.get(roomPorts.orders).turn = () => "now";
  ledger.window = (peer, instance) => {
    const window = remember(peer, instance);
    window.state = () => "new";
    return window;
  };
}
