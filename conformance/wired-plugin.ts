import {
  type Clock,
  type CryptoSuite,
  EventEmitter,
  type Identity,
  type ManyPort,
  type OnePort,
  type PeerId,
  type Plugin,
  PortContainer,
  ports,
  type Random,
} from "@swarm-space/core";
import type * as z from "zod";

export interface WiringOptions {
  readonly id: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  /** For plugins that sign. */
  readonly sign?: Identity["sign"];
  /** For plugins that need the kernel's. */
  readonly suite?: CryptoSuite;
}

/** The network that all subjects belong to. */
export const network = "conformance";

const letterShape = "abcdefghijklmnopqrstuvwxyz234567";

/** The shape of an id, of somebody whom nobody has met. */
export function newPeer(random: Random): PeerId {
  // 256 bits in 52 letters: the last one carries a single bit.
  return `${Array.from(random.bytes(51), (byte) => letterShape.charAt(byte & 31)).join("")}a`;
}

/** Sets a plugin up as the kernel does, without a node around it. What it provides stands in the container. */
export function wirePlugin<Schema extends z.ZodType>(
  plugin: Plugin<Schema>,
  options: z.input<Schema>,
  { id, clock, random, sign, suite }: WiringOptions,
): PortContainer {
  const container = new PortContainer();
  if (suite !== undefined) container.provideValue(ports.cryptoSuite, suite);
  function use<Value>(port: ManyPort<Value>): readonly Value[];
  function use<Value>(port: OnePort<Value>): Value | undefined;
  function use<Value>(port: ManyPort<Value> | OnePort<Value>): readonly Value[] | Value | undefined {
    if (port.arity === "many") return container.all(port);
    return container.has(port) ? container.get(port) : undefined;
  }
  const nothing = () => undefined;
  plugin.setup({
    self: { id, network, sign: sign ?? (() => Promise.reject(new Error("nothing is signed here"))) },
    config: plugin.config.parse(options),
    provide: (port, value) => container.provideValue(port, value),
    use,
    clock,
    random,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    events: new EventEmitter(),
  });
  return container;
}
