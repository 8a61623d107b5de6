import { codeOf, describeError, SwarmError } from "../errors/index.ts";
import type { Plugin, PluginContext, PluginHandle } from "../ports/plugin.ts";
import type { LifecycleStep } from "./lifecycle.ts";
import type { CheckedPlugin } from "./parse-config.ts";
import { PluginPorts } from "./plugin-ports.ts";
import type { PortContainer } from "./port-container.ts";

/** What every plugin of a node is handed, beside its own options and ports. */
export type NodeContext = Pick<PluginContext<unknown>, "self" | "clock" | "random" | "log" | "events">;

export interface AssembleOptions {
  /** Checked and ordered, as `resolveConfig` or `checkPluginUses` gives them. */
  readonly plugins: readonly CheckedPlugin[];
  readonly container: PortContainer;
  /** Asked right before a plugin's set-up, so that what earlier plugins replaced is seen. */
  contextFor(plugin: Plugin): NodeContext;
}

const defaultStartMs = 10_000;
const defaultStopMs = 5000;

/** A plugin that is set up. */
export interface AssembledPlugin extends LifecycleStep {
  readonly plugin: Plugin;
  /** What it put at ports. */
  readonly parts: ReadonlySet<unknown>;
}

/**
 * Runs each plugin's `setup` in order and gives the steps of their lifecycle, in the same order. Nothing is started.
 * All or nothing: after a throw the container is of no use and should be dropped.
 * @throws SwarmError `PLUGIN_SETUP_FAILED`, `PORT_UNDECLARED`, `PORT_INVALID`
 */
export function assemble(o: AssembleOptions): readonly AssembledPlugin[] {
  const set = o.plugins.map(({ plugin, options }) => {
    const doors = new PluginPorts(plugin, o.container);
    const handle = runSetup(plugin, {
      ...o.contextFor(plugin),
      config: options,
      provide: doors.provide,
      use: doors.use,
    });
    doors.endSetup();
    return { doors, step: { ...toStep(plugin, handle), plugin, parts: doors.parts } };
  });
  for (const { doors } of set) doors.complete();
  return set.map(({ step }) => step);
}

function runSetup(plugin: Plugin, context: PluginContext<unknown>): PluginHandle {
  let given: unknown;
  try {
    given = plugin.setup(Object.freeze(context));
  } catch (error) {
    if (["PORT_UNDECLARED", "PORT_TAKEN", "PORT_INVALID"].includes(codeOf(error, ""))) throw error;
    throw setupError(plugin, `threw: ${describeError(error)}`, error);
  }
  if (given === undefined) return {};
  if (given instanceof Promise) {
    given.catch(() => {}); // the error below says it all
    throw setupError(plugin, "gave a promise: wiring is synchronous, input and output belong into `start`");
  }
  if (!isHandle(given)) throw setupError(plugin, "gave something other than { start, stop }");
  return given;
}

function isHandle(value: unknown): value is PluginHandle {
  if (typeof value !== "object" || value === null) return false;
  try {
    return ["start", "stop"].every((name) => ["function", "undefined"].includes(typeof Reflect.get(value, name)));
  } catch {
    return false; // its getters throw
  }
}

function setupError(plugin: Plugin, what: string, cause?: unknown): SwarmError {
  return new SwarmError("PLUGIN_SETUP_FAILED", `The setup of ${plugin.id} ${what}`, {
    detail: { plugin: plugin.id },
    cause,
  });
}

function toStep(plugin: Plugin, handle: PluginHandle): LifecycleStep {
  return {
    name: plugin.id,
    start: (o) => handle.start?.(o),
    stop: (o) => handle.stop?.(o),
    startTimeoutMs: plugin.startTimeoutMs ?? defaultStartMs,
    stopTimeoutMs: plugin.stopTimeoutMs ?? defaultStopMs,
  };
}
