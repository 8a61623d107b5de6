import { loadPlugin, type ResolveModule } from "./load-plugin.ts";
import { type CheckOptions, checkConfig, type ResolvedConfig } from "./parse-config.ts";

export interface ResolveOptions extends CheckOptions {
  /** Names of plugins that could be meant, for hints. */
  readonly known?: readonly string[];
}

/**
 * Checks a configuration whose plugins stand by their names, and loads them. Never throws anything else:
 * @param resolve gives the module of a name
 * @throws SwarmError `CONFIG_INVALID`, whose `detail.problems` is a list of `ConfigProblem`: all there are
 */
export function resolveConfig(
  raw: unknown,
  resolve: ResolveModule,
  { known = [], ...o }: ResolveOptions = {},
): Promise<ResolvedConfig> {
  return checkConfig(raw, (specifier, at) => loadPlugin(specifier, resolve, known, at), o);
}
