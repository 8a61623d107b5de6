/**
 * Configurations that name their plugins, as a file does. A page made of `use(plugin, options)` carries none of this.
 *
 * ```ts
 * import { resolveConfig } from "@swarm-space/core/config";
 *
 * const plugins = [{ use: "@swarm-space/resilience", with: { failureThreshold: 3 } }];
 * const { network } = await resolveConfig({ plugins }, (name) => import(name));
 * console.log(network);
 * ```
 */
export type { ResolveModule } from "../assembly/load-plugin.ts";
export { type ResolveOptions, resolveConfig } from "../assembly/resolve-config.ts";
