import type { AssembledPlugin } from "../assembly/assemble.ts";
import {
  type Lifecycle,
  type LifecycleOptions,
  type LifecycleStep,
  startSteps,
  stopSteps,
} from "../assembly/lifecycle.ts";
import { nearest } from "../assembly/nearest.ts";
import { dependantsOf, missingFor, roomOf } from "../assembly/plugin-needs.ts";
import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import { quote, SwarmError } from "../errors/index.ts";
import { closeLinks } from "../messaging/connection-book.ts";
import type { Plugin } from "../ports/plugin.ts";
import { ports } from "../ports/ports.ts";
import type { SignalOptions } from "../ports/transport.ts";
import { oneAtATime } from "../system/one-at-a-time.ts";
import { aborted } from "../system/pause.ts";
import { checkSignal, readOptions } from "./counter.ts";
import { step } from "./kernel-steps.ts";
import type { PluginChannels } from "./plugin-channels.ts";
import { drain } from "./plugin-drain.ts";

export interface PluginState {
  readonly id: string;
  readonly disabled: boolean;
}

export interface DisableOptions extends Partial<SignalOptions> {
  /** Within so many milliseconds all that the plugin holds open is closed; half of them may pass until what is out is answered. Default: its `stopTimeoutMs`, 5,000. */
  readonly timeoutMs?: number;
  /** Disable the plugins that require it too, before it. Default false. */
  readonly cascade?: boolean;
}

/** What is in use of a node. A plugin is named by its id. One change at a time, behind a start or stop of the node that is under way. */
export interface SwarmPlugins {
  /** All of the node, providers before those who require their ports. */
  list(): readonly PluginState[];
  /**
   * Takes a plugin out of use. Its sources and mailboxes are asked no more, its transports dial and carry no more; what is out on their links may
   * still be answered, all else goes by other ways or waits in the outbox. Then links, transports, channels and the plugin are closed. It stays so over
   * a stop and start of the node. Twice is harmless. Aborted, or the node stopped, while answers are awaited: it is in use as before; of a
   * cascade, those that were taken out before it stay out.
   * @throws SwarmError `PLUGIN_UNKNOWN`, `PLUGIN_IN_USE` (the detail names the `dependants`), `PLUGIN_REQUIRED`, `OPTION_INVALID`, `SWARM_STOPPED`; the signal's reason;
   *   `PLUGIN_TIMEOUT` and `PLUGIN_STOP_FAILED`, where it is disabled all the same and may still hold something
   */
  disable(name: string, o?: DisableOptions): Promise<void>;
  /**
   * Takes it back into use: it starts, listens, announces and dials, as at a start of the node. Twice is harmless. Where it fails, or is aborted, it is disabled as before.
   * @throws SwarmError `PLUGIN_UNKNOWN`, `PLUGIN_MISSING` (what it requires is disabled), `OPTION_INVALID`, `PLUGIN_START_FAILED`, `PLUGIN_TIMEOUT`, `SWARM_STOPPED`; the signal's reason
   */
  enable(name: string, o?: Partial<SignalOptions>): Promise<void>;
}

export interface PluginSwitchRooms extends Pick<LifecycleOptions, "onStopFailed"> {
  readonly c: PortContainer;
  readonly plugins: readonly AssembledPlugin[];
  readonly channels: PluginChannels;
  readonly lifecycle: Lifecycle;
}

const outOfUse = "the transport is no longer in use";

/** Starts and stops single plugins of a node, with what the kernel does for them. */
export class PluginSwitch implements SwarmPlugins {
  readonly #rooms: PluginSwitchRooms;
  readonly #inTurn = oneAtATime();

  constructor(rooms: PluginSwitchRooms) {
    this.#rooms = rooms;
  }

  list(): readonly PluginState[] {
    return this.#rooms.plugins.map(({ plugin }) => ({ id: plugin.id, disabled: this.#isOff(plugin) }));
  }

  async disable(name: string, options: DisableOptions = {}): Promise<void> {
    const { plugin } = this.#find(name);
    const o = readOptions(options, ["signal", "timeoutMs", "cascade"]);
    checkDisable(o);
    const failures = await this.#inTurn(async () => {
      const failures: SwarmError[] = [];
      for (const each of this.#leaving(plugin, o.cascade === true)) failures.push(...(await this.#takeOut(each, o)));
      return failures;
    });
    if (failures[0] !== undefined) throw failures[0];
  }

  async enable(name: string, options: Partial<SignalOptions> = {}): Promise<void> {
    const found = this.#find(name);
    const o = readOptions(options, ["signal"]);
    checkSignal(o.signal);
    await this.#inTurn(() => this.#takeIn(found, o));
  }

  /** In the order of their stop. @throws SwarmError `PLUGIN_IN_USE`, `PLUGIN_REQUIRED` */
  #leaving(plugin: Plugin, cascade: boolean): AssembledPlugin[] {
    if (this.#isOff(plugin)) return [];
    const { id } = plugin;
    const running = this.#rooms.plugins.map((each) => each.plugin).filter((each) => !this.#isOff(each));
    const dependants = dependantsOf(plugin, running);
    const names = dependants.map((each) => each.id);
    if (dependants.length > 0 && !cascade)
      throw new SwarmError("PLUGIN_IN_USE", `${names.join(", ")} cannot run without ${id}`, {
        detail: { plugin: id, dependants: names },
        cure: `Disable ${names.join(", ")} first, or say \`{ cascade: true }\`.`,
      });
    const leaving = new Set([plugin, ...dependants]);
    for (const each of leaving) {
      const room = roomOf(each);
      if (room !== undefined)
        throw new SwarmError("PLUGIN_REQUIRED", `${each.id} is this node's "${room.name}", and stays while it runs`, {
          detail: { plugin: each.id, port: room.name },
        });
    }
    return this.#rooms.plugins.filter((each) => leaving.has(each.plugin)).reverse();
  }

  /** @returns what could not be stopped */
  async #takeOut(assembled: AssembledPlugin, o: DisableOptions): Promise<SwarmError[]> {
    const { c, lifecycle } = this.#rooms;
    const { timeoutMs = assembled.stopTimeoutMs } = o;
    const clock = c.get(ports.clock);
    const failures: SwarmError[] = [];
    o.signal?.throwIfAborted();
    const isRunning = await lifecycle.aside(async (stop) => {
      const until = clock.now() + timeoutMs;
      this.#turn(assembled, "off");
      const transports = new Set(partsAt(assembled, c.all(ports.transport)).map(({ id }) => id));
      try {
        await drain(c, transports, { signal: either(stop.signal, o.signal), withinMs: timeoutMs / 2 });
      } catch (error) {
        this.#turn(assembled, "on");
        throw error;
      }
      const onStopFailed = (name: string, error: SwarmError) => {
        failures.push(error);
        this.#rooms.onStopFailed(name, error);
      };
      const steps = this.#stepsOf(assembled).map((each) => ({
        ...each,
        get stopTimeoutMs() {
          return Math.max(1, until - clock.now());
        },
      }));
      await stopSteps(steps, { clock, onStopFailed });
    });
    if (!isRunning) this.#turn(assembled, "off");
    c.get(ports.events).emit("plugin:disable", { plugin: assembled.plugin.id });
    return failures;
  }

  async #takeIn(assembled: AssembledPlugin, o: Partial<SignalOptions>): Promise<void> {
    const { c, plugins, lifecycle, onStopFailed } = this.#rooms;
    const { plugin } = assembled;
    if (!this.#isOff(plugin)) return;
    const missing = missingFor(
      plugin,
      plugins.map((each) => each.plugin),
      (each) => this.#isOff(each),
    );
    if (missing !== undefined)
      throw new SwarmError("PLUGIN_MISSING", `${plugin.id} requires what ${missing.id} provides, which is disabled`, {
        detail: { plugin: plugin.id, provider: missing.id },
        cure: `Enable ${missing.id} first.`,
      });
    o.signal?.throwIfAborted();
    const clock = c.get(ports.clock);
    const isRunning = await lifecycle.aside((stop) =>
      startSteps(this.#stepsOf(assembled), { clock, onStopFailed, signal: either(stop.signal, o.signal) }),
    );
    if (!isRunning) this.#turn(assembled, "on");
    c.get(ports.events).emit("plugin:enable", { plugin: plugin.id });
  }

  /** What a start of the node does for one plugin, in its order. */
  #stepsOf(assembled: AssembledPlugin): LifecycleStep[] {
    const { c, channels } = this.#rooms;
    const lanes = partsAt(assembled, c.all(ports.syncChannel));
    const transports = partsAt(assembled, c.all(ports.transport));
    const ids = new Set(transports.map(({ id }) => id));
    return [
      assembled,
      step(`channels of ${assembled.plugin.id}`, {
        start: () => channels.open(lanes),
        stop: () => channels.close(lanes),
      }),
      step(`transports of ${assembled.plugin.id}`, {
        start: (o) => c.get(rooms.transports).open(o.signal, transports),
        stop: async ({ signal }) => {
          const room = c.get(rooms.transports);
          room.shut(transports);
          const reason = new SwarmError("SWARM_STOPPED", outOfUse);
          c.get(rooms.doorman).turnAway(({ transport }) => ids.has(transport), reason);
          // A link that does not end keeps the transport from nothing.
          await Promise.race([closeLinks(c.get(rooms.book).linksBy(ids), outOfUse), aborted(signal)]);
          await room.close(transports);
        },
      }),
      step(`use of ${assembled.plugin.id}`, {
        start: () => this.#turn(assembled, "on"),
        stop: () => this.#turn(assembled, "off"),
      }),
    ];
  }

  #turn({ plugin, parts }: AssembledPlugin, to: "on" | "off"): void {
    this.#rooms.c.get(rooms.switchboard).turn([plugin, ...parts], to);
    if (to === "on") this.#rooms.c.get(rooms.connector).sweep();
  }

  #isOff(plugin: Plugin): boolean {
    return this.#rooms.c.get(rooms.switchboard).isOff(plugin);
  }

  #find(name: string): AssembledPlugin {
    const { plugins } = this.#rooms;
    const found = plugins.find(({ plugin }) => plugin.id === name);
    if (found !== undefined) return found;
    const near = nearest(
      typeof name === "string" ? name : "",
      plugins.map(({ plugin }) => plugin.id),
    );
    throw new SwarmError("PLUGIN_UNKNOWN", `this node has no plugin ${quote(name)}`, {
      ...(near === undefined ? {} : { cure: `Did you mean ${JSON.stringify(near)}?` }),
    });
  }
}

/** Those of a port's values that a plugin put there. */
function partsAt<Value>({ parts }: AssembledPlugin, values: readonly Value[]): Value[] {
  return values.filter((value) => parts.has(value));
}

function either(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other]);
}

/** @throws SwarmError `OPTION_INVALID` */
function checkDisable({ timeoutMs = 1, cascade = false, signal }: DisableOptions): void {
  checkSignal(signal);
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0)
    throw new SwarmError("OPTION_INVALID", `timeoutMs is more than 0, not ${quote(timeoutMs)}`, {
      detail: { path: "timeoutMs" },
    });
  if (typeof cascade !== "boolean")
    throw new SwarmError("OPTION_INVALID", "cascade is true or false", { detail: { path: "cascade" } });
}
