import { reflecting } from "./reflection.ts";

// Behind it, whatever the alphabet says.

import { type DependencyContainer, instanceCachingFactory, container as root } from "tsyringe";
import { SwarmError } from "../errors/index.ts";
import type { ManyPort, OnePort, Port } from "../ports/port.ts";

/**
 * The wiring of one node: ports and rooms, each registered here and resolved once. It stands on a child
 * container of its own, so two nodes of one process share nothing. The only file that knows tsyringe.
 */
export class PortContainer {
  readonly #container: DependencyContainer = reflecting(root).createChildContainer();
  /** Ports whose value somebody holds already. One entry a port, so bounded by the ports of the node. */
  readonly #taken = new Set<symbol>();
  /** What is being made now, outermost first: a circle of factories is named instead of overflowing the stack. */
  readonly #making: Port<unknown>[] = [];

  /**
   * Puts `value` at `port`. At a one-port it replaces what stood there; at a many-port it adds.
   * @throws SwarmError `PORT_TAKEN` when the one-port's value was handed out already
   */
  provideValue<Value>(port: Port<Value>, value: Value): void {
    this.#register(port, () => value);
  }

  /**
   * Like `provideValue`, but made on first use, once, from what else stands in this container.
   * @throws SwarmError `PORT_TAKEN`
   */
  provideFactory<Value>(port: Port<Value>, factory: (container: PortContainer) => Value): void {
    const once = instanceCachingFactory(() => factory(this));
    this.#register(port, () => once(this.#container));
  }

  has(port: Port<unknown>): boolean {
    return this.#container.isRegistered(port.key);
  }

  /** @throws SwarmError `PORT_UNKNOWN` when nothing stands there, `PORT_CYCLE` when factories need each other */
  get<Value>(port: OnePort<Value>): Value {
    if (!this.has(port)) {
      throw new SwarmError("PORT_UNKNOWN", `Nothing stands at the port "${port.name}" in this node.`, {
        detail: { port: port.name },
      });
    }
    return this.#make(port, () => this.#container.resolve<Value>(port.key));
  }

  /** All that stands at a many-port, in the order of registration. None: an empty list. */
  all<Value>(port: ManyPort<Value>): readonly Value[] {
    if (!this.has(port)) return [];
    return this.#make(port, () => this.#container.resolveAll<Value>(port.key));
  }

  /** Plugins, and whoever else asks what stands at a many-port by itself, get it in this form. */
  lend<Value>(port: ManyPort<Value>, as: (value: Value) => Value): void {
    this.#container.register<(value: Value) => Value>(lentKey(port), { useFactory: () => as });
  }

  /** As `all`, in the form that it is lent in. */
  lent<Value>(port: ManyPort<Value>): readonly Value[] {
    const key = lentKey(port);
    if (!this.#container.isRegistered(key)) return this.all(port);
    const as = this.#container.resolve<(value: Value) => Value>(key);
    return this.all(port).map((value) => as(value));
  }

  /** Factories alone are registered: tsyringe takes a value provider of `undefined` for a class. */
  #register<Value>(port: Port<Value>, make: () => Value): void {
    if (port.arity === "one" && this.#taken.has(port.key)) {
      throw new SwarmError("PORT_TAKEN", `The port "${port.name}" is in use already and cannot be replaced.`, {
        detail: { port: port.name },
      });
    }
    this.#container.register<Value>(port.key, { useFactory: make });
  }

  #make<Made>(port: Port<unknown>, resolve: () => Made): Made {
    if (this.#taken.has(port.key)) return resolve();
    if (this.#making.some((other) => other.key === port.key)) {
      const path = [...this.#making, port]
        .map((each) => each.name)
        .slice(this.#making.findIndex((each) => each.key === port.key));
      throw new SwarmError("PORT_CYCLE", `Rooms need each other in a circle: ${path.join(" → ")}.`, {
        detail: { path },
      });
    }
    this.#making.push(port);
    try {
      const made = resolve();
      this.#taken.add(port.key);
      return made;
    } finally {
      this.#making.pop();
    }
  }
}

function lentKey({ name }: Port<unknown>): string {
  return `lent ${name}`;
}
