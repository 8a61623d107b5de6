import type { z } from "zod";
import { describeError, SwarmError } from "../errors/index.ts";
import type { Plugin } from "../ports/plugin.ts";
import type { Port } from "../ports/port.ts";

const brand = Symbol.for("swarm-space.plugin");

/** The contract of kernel ports that this core keeps. */
export const pluginApi = 1;

/** What an author writes. Absent lists are empty. */
export type PluginDefinition<Schema extends z.ZodType> = Omit<Plugin<Schema>, "provides" | "requires" | "wants"> &
  Partial<Pick<Plugin<Schema>, "provides" | "requires" | "wants">>;

/** Makes a plugin: frozen data and one function. Runs nothing. @throws SwarmError `PLUGIN_INVALID`, where the definition cannot be read; a node checks the rest */
export function definePlugin<Schema extends z.ZodType>(definition: PluginDefinition<Schema>): Plugin<Schema> {
  const plugin = copyOf(definition);
  Object.defineProperty(plugin, brand, { value: true });
  return Object.freeze(plugin);
}

function copyOf<Schema extends z.ZodType>(definition: PluginDefinition<Schema>): Plugin<Schema> {
  try {
    if (typeof definition !== "object" || Array.isArray(definition)) throw new TypeError("it is no object");
    const { provides = [], requires = [], wants = [], ...rest } = definition;
    const list = (of: readonly Port<unknown>[]) => Object.freeze([...of]);
    return { ...rest, provides: list(provides), requires: list(requires), wants: list(wants) };
  } catch (cause) {
    throw new SwarmError("PLUGIN_INVALID", `definePlugin was given no definition: ${describeError(cause)}`, { cause });
  }
}

/** True for what `definePlugin` made, also in another copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && brand in value;
}

/** A plugin with its options, as `createSwarm` takes it. */
export interface PluginUse {
  readonly plugin: Plugin;
  readonly options: unknown;
}

/** Names a plugin and its options; a wrong option is a compile error. */
export function use<Schema extends z.ZodType>(plugin: Plugin<Schema>, options?: z.input<Schema>): PluginUse {
  return { plugin, options: options ?? {} };
}
