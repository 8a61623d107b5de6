import { resolve as resolvePath } from "node:path";
import { isPlugin } from "../assembly/define-plugin.ts";
import { resolveConfig } from "../assembly/resolve-config.ts";
import { SwarmError } from "../errors/index.ts";
import { type SwarmSurroundings, swarmOf } from "../swarm/create-swarm.ts";
import type { Swarm } from "../swarm/swarm.ts";
import { installedPlugins } from "./installed-plugins.ts";
import { openIdentityFile } from "./key-file.ts";
import { loadConfigFile } from "./load-config-file.ts";
import { resolveFrom } from "./resolve-from.ts";

/** What is laid over a file before it is checked. */
export interface ConfigOverlay {
  readonly network?: string | undefined;
  /** Options over those of the file's plugins, by plugin name as under `use`: each key replaces the file's own. */
  readonly with?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

export interface SwarmFromFileOptions extends Omit<SwarmSurroundings, "folder"> {
  readonly overlay?: ConfigOverlay | undefined;
  /** Folders or `file:` addresses where plugins are looked for next, as in `resolveFrom`. */
  readonly also?: readonly string[] | undefined;
}

/**
 * Makes a node from a configuration file. Nothing runs before `start`. Relative paths in it are seen from its folder.
 * @throws SwarmError `CONFIG_NOT_FOUND`, `CONFIG_UNREADABLE`, `CONFIG_INVALID` (all problems in one), `PLUGIN_SETUP_FAILED`;
 *   `IDENTITY_FILE_CORRUPT`, `IDENTITY_FILE_EXPOSED`, `IDENTITY_FILE_VERSION`, `IDENTITY_FILE_UNREADABLE`; `OPTION_INVALID` where `overlay.with` names a plugin that the file does not
 */
export async function createSwarmFromFile(path: string, o: SwarmFromFileOptions = {}): Promise<Swarm> {
  const { overlay, also, ...surroundings } = o;
  const { raw, dir } = await loadConfigFile(path);
  const resolve = resolveFrom(dir, also === undefined ? {} : { also });
  const config = await resolveConfig(layOver(raw, overlay), resolve, { known: await installedPlugins(dir) });
  const { file } = config.identity ?? {};
  const identity =
    surroundings.identity ?? (file === undefined ? undefined : await openIdentityFile(resolvePath(dir, file)));
  return swarmOf(config, { ...surroundings, identity, folder: dir });
}

/** The file's content under the overlay. What is no configuration passes as it is: the check tells what is wrong. */
export function layOver(raw: unknown, overlay: ConfigOverlay = {}): unknown {
  const options = new Map(Object.entries(overlay.with ?? {}));
  if (!isRecord(raw) || (overlay.network === undefined && options.size === 0)) return raw;
  const named = overlay.network === undefined ? raw : { ...raw, network: overlay.network };
  if (options.size === 0 || !Array.isArray(raw["plugins"])) return named;
  const entries: readonly unknown[] = raw["plugins"];
  const plugins = entries.map((entry) => {
    const over = options.get(nameOf(entry));
    if (over === undefined || !isRecord(entry)) return entry;
    const key = isPlugin(entry["plugin"]) ? "options" : "with";
    const own = entry[key];
    return own === undefined || isRecord(own) ? { ...entry, [key]: { ...own, ...over } } : entry;
  });
  for (const name of options.keys()) {
    if (entries.some((entry) => nameOf(entry) === name)) continue;
    throw new SwarmError("OPTION_INVALID", `The configuration names no plugin ${name}, so it takes no options.`, {
      detail: { path: `overlay.with[${JSON.stringify(name)}]` },
      cure: "Add the plugin to the file.",
    });
  }
  return { ...named, plugins };
}

function nameOf(entry: unknown): string {
  if (!isRecord(entry)) return "";
  const plugin = entry["plugin"];
  return isPlugin(plugin) ? plugin.id : String(entry["use"]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
