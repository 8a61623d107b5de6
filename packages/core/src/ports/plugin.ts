import type { z } from "zod";
import type { Clock, Random } from "./clock.ts";
import type { EventBus } from "./events.ts";
import type { PeerId } from "./identity.ts";
import type { Logger } from "./logger.ts";
import type { ManyPort, OnePort, Port } from "./port.ts";
import type { SignalOptions } from "./transport.ts";

/** What a plugin may know and do of the node it runs in: its name and its signature, never its key. */
export interface Self {
  readonly id: PeerId;
  /** Name of the network; peers of another network are strangers. */
  readonly network: string;
  /** As `Identity.sign`. Domains under `swarm-space/` are the kernel's, and refused with `OPTION_INVALID`. */
  sign(domain: string, bytes: Uint8Array): Promise<Uint8Array>;
}

/** What `setup` is handed. It wires; it does no input or output. */
export interface PluginContext<Config> {
  readonly self: Self;
  /** This plugin's own options, validated, with defaults. */
  readonly config: Config;
  /** Folder of the configuration file, absolute: relative paths in options are seen from it. Undefined: the node was made in code, and paths are seen from where the process works. */
  readonly folder?: string;
  /** Registers an implementation of a port named in `provides`, for this node alone. */
  provide<Value>(port: Port<Value>, implementation: Value): void;
  /** What stands at a port named in `requires` or `wants`. A wanted port without provider gives undefined, or an empty list. Many-ports are complete from `start` on. */
  use<Value>(port: ManyPort<Value>): readonly Value[];
  use<Value>(port: OnePort<Value>): Value | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly events: EventBus;
}

/** Effects and their undo. `stop` also runs after a failed start, and may run twice. */
export interface PluginHandle {
  start?(o: SignalOptions): void | Promise<void>;
  stop?(o: SignalOptions): void | Promise<void>;
}

/** Frozen data and one function. Importing a plugin does nothing. */
export interface Plugin<Schema extends z.ZodType = z.ZodType> {
  /** The npm name, so that config, errors and logs all say the same. */
  readonly id: string;
  /** Contract version of the kernel ports. */
  readonly api: number;
  readonly config: Schema;
  readonly provides: readonly Port<unknown>[];
  readonly requires: readonly Port<unknown>[];
  readonly wants: readonly Port<unknown>[];
  /** Named time-outs of this plugin's `start` and `stop`, in milliseconds. Defaults 10,000 and 5,000. */
  readonly startTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
  setup(context: PluginContext<z.output<Schema>>): PluginHandle | undefined | void;
}
