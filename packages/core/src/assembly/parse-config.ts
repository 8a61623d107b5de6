import { describeError, SwarmError } from "../errors/index.ts";
import type { Plugin } from "../ports/plugin.ts";
import type { Port } from "../ports/port.ts";
import { cleanText } from "../status/logger-redaction.ts";
import { checkPlugin, type Loaded } from "./check-plugin.ts";
import { type ConfigPath, type ConfigProblem, configError, describeFound, formatPath } from "./config-problem.ts";
import {
  configSchema,
  type IdentityConfig,
  type MessagingConfig,
  type PluginEntry,
  pluginEntrySchema,
  type StartConfig,
} from "./config-schema.ts";
import { isPlugin, type PluginUse } from "./define-plugin.ts";
import { findForbiddenKeys } from "./forbidden-keys.ts";
import { freezeCopy } from "./freeze-copy.ts";
import { describeGraphProblem } from "./graph-problems.ts";
import { contextPorts, kernelPorts } from "./kernel-ports.ts";
import { orderPlugins } from "./plugin-graph.ts";
import { checkSchema } from "./schema-problems.ts";

/** A configuration as written: a file's content, or what `defineConfig` takes. */
export interface SwarmConfig {
  readonly $schema?: string;
  readonly network?: string;
  readonly plugins?: readonly (PluginEntry | PluginUse)[];
  readonly identity?: IdentityConfig;
  readonly messaging?: Partial<MessagingConfig>;
  readonly start?: Partial<StartConfig>;
}

/** A plugin with its parsed options, deeply frozen. */
export interface CheckedPlugin {
  readonly plugin: Plugin;
  readonly options: unknown;
}

export interface ResolvedConfig {
  readonly network: string;
  readonly identity: IdentityConfig | undefined;
  readonly messaging: MessagingConfig;
  readonly start: StartConfig;
  /** In the order of their set-up: providers first. */
  readonly plugins: readonly CheckedPlugin[];
}

export interface CheckOptions {
  /** Ports at which the node itself puts something. Default: the kernel's. */
  readonly given?: readonly Port<unknown>[];
}

/** Gives the plugin of a name, or says why it cannot. Never rejects. */
export type LoadNamed = (specifier: string, at: ConfigPath) => Promise<Loaded>;

const mostPlugins = 256;

/**
 * Outer schema → each plugin: load → brand → api → duplicates → its own schema → order by ports.
 * `plugins` may hold entries (`{ use, with }`) and what `use()` made, side by side. Never throws anything else:
 * @throws SwarmError `CONFIG_INVALID`, whose `detail.problems` is a list of `ConfigProblem`: all there are
 */
export async function checkConfig(raw: unknown, load: LoadNamed, o: CheckOptions = {}): Promise<ResolvedConfig> {
  try {
    const outer = checkSchema(
      configSchema,
      withUses(raw, () => ({ use: "a plugin" })),
      [],
      "the kernel",
    );
    const entries = pluginsOf(raw).map((entry, index) => loadEntry(entry, ["plugins", index], load));
    const checked = checkAll(await Promise.all(entries), o.given);
    // Under the names that a file has for them, as every other problem is told.
    const asWritten = withUses(raw, (entry) => ({ with: entry["options"] }));
    const problems = [...(outer.ok ? [] : outer.problems), ...findForbiddenKeys(asWritten), ...checked.problems];
    if (!outer.ok || problems.length > 0) throw configError(inOrder(problems));
    const { network, identity, messaging, start } = outer.value;
    return Object.freeze({ ...freezeCopy({ network, identity, messaging, start }), plugins: checked.plugins });
  } catch (error) {
    throw asConfigError(error);
  }
}

/**
 * The same checks for plugins given in code: brand → api → duplicates → schema → order by ports.
 * @throws SwarmError `CONFIG_INVALID`
 */
export function checkPluginUses(uses: readonly PluginUse[], o: CheckOptions = {}): readonly CheckedPlugin[] {
  try {
    if (!Array.isArray(uses)) {
      throw configError([
        { path: "plugins", code: "OPTION_INVALID", expected: "a list", found: describeFound(uses, []) },
      ]);
    }
    const checked = checkAll(
      pluginsOf({ plugins: uses }).map((each, index) => loadUse(each, ["plugins", index])),
      o.given,
    );
    if (checked.problems.length > 0) throw configError(inOrder(checked.problems));
    return checked.plugins;
  } catch (error) {
    throw asConfigError(error);
  }
}

interface FoundPlugin {
  readonly at: ConfigPath;
  readonly plugin: Plugin;
  /** As written. Undefined: the outer schema tells already what is wrong with them. */
  readonly options: object | undefined;
}

/** Undefined: it is not enabled, or the outer schema tells already what is wrong with it. */
type Entry = FoundPlugin | { readonly problem: ConfigProblem } | undefined;

async function loadEntry(entry: unknown, at: ConfigPath, load: LoadNamed): Promise<Entry> {
  if (isUse(entry)) return loadUse(entry, at);
  if (!isRecord(entry) || entry["enabled"] === false) return undefined;
  const specifier = pluginEntrySchema.shape.use.safeParse(entry["use"]);
  if (!specifier.success) return undefined;
  const loaded = await load(specifier.data, [...at, "use"]);
  if ("problem" in loaded) return loaded;
  const options = entry["with"] ?? {};
  return { at, plugin: loaded.plugin, options: isRecord(options) ? options : undefined };
}

function loadUse(value: unknown, at: ConfigPath): Entry {
  const expected = "what use(plugin, options) gives";
  if (!isRecord(value) || isPlugin(value)) {
    const found = isPlugin(value) ? "a plugin without use()" : describeFound(value, at);
    return { problem: { path: formatPath(at), code: "PLUGIN_INVALID", expected, found } };
  }
  const loaded = checkPlugin(value["plugin"], at, expected);
  if ("problem" in loaded) return loaded;
  const options = value["options"] ?? {};
  if (isRecord(options)) return { at, plugin: loaded.plugin, options };
  const path = [...at, "with"];
  return {
    problem: {
      path: formatPath(path),
      code: "OPTION_INVALID",
      expected: "an object",
      found: describeFound(options, path),
    },
  };
}

interface CheckedAll {
  readonly plugins: readonly CheckedPlugin[];
  readonly problems: readonly ConfigProblem[];
}

function checkAll(entries: readonly Entry[], given: readonly Port<unknown>[] = kernelPorts): CheckedAll {
  const problems: ConfigProblem[] = entries.flatMap((entry) =>
    entry !== undefined && "problem" in entry ? [entry.problem] : [],
  );
  // What a plugin that could not be loaded would have provided is not known, so nothing is called missing then.
  const complete = problems.length === 0;
  const found = entries.filter((entry) => entry !== undefined && "plugin" in entry);
  const plugins = found.map(({ at, plugin, options }): CheckedPlugin => {
    if (options === undefined) return { plugin, options };
    const checked = checkSchema(plugin.config, options, [...at, "with"], plugin.id);
    if (checked.ok) return { plugin, options: freezeCopy(checked.value) };
    problems.push(...checked.problems);
    return { plugin, options: undefined };
  });
  const graph = orderPlugins(
    plugins.map((each) => each.plugin),
    { given, wanted: contextPorts },
  );
  if (graph.ok) return { plugins: graph.order.flatMap((index) => plugins[index] ?? []), problems };
  for (const problem of graph.problems) {
    if (complete || problem.kind !== "missing") problems.push(...describeGraphProblem(problem, found));
  }
  return { plugins: [], problems };
}

/** At most as many as the outer schema lets pass: what is beyond is refused there. */
function pluginsOf(raw: unknown): readonly unknown[] {
  const list = isRecord(raw) ? raw["plugins"] : undefined;
  return Array.isArray(list) ? list.slice(0, mostPlugins) : [];
}

/** The outer schema is for what a file can hold; what `use()` made is checked by itself. @param as what stands for it */
function withUses(raw: unknown, as: (entry: Readonly<Record<string, unknown>>) => object): unknown {
  if (!isRecord(raw) || !Array.isArray(raw["plugins"])) return raw;
  return { ...raw, plugins: raw["plugins"].map((entry: unknown) => (isUse(entry) ? as(entry) : entry)) };
}

/** What `use()` made; also a plugin that was not led through it, and what it made of nothing: each is told so, and not as a wrong entry of a file. */
function isUse(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && (isPlugin(value) || isPlugin(value["plugin"]) || ("plugin" in value && "options" in value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** By path, so that the list reads as the file does. What two checks found is told once, in the words of the first. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const byPlace = Map.groupBy(problems, (problem) => `${problem.code} ${problem.path}`);
  const collator = new Intl.Collator("en", { numeric: true });
  return [...byPlace.values()].flatMap((same) => same.slice(0, 1)).sort((a, b) => collator.compare(a.path, b.path));
}

/** Options may be objects whose getters throw. */
function asConfigError(error: unknown): unknown {
  if (SwarmError.is(error)) return error;
  const found = `something that threw: ${cleanText(describeError(error), 120)}`;
  return configError([{ path: "", code: "OPTION_INVALID", expected: "plain data", found }]);
}
