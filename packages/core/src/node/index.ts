/**
 * The part of core that touches a file system. Node 22 or newer.
 *
 * ```ts
 * import { resolveConfig } from "@swarm-space/core";
 * import { findConfigFile, loadConfigFile, resolveFrom } from "@swarm-space/core/node";
 *
 * const { raw, dir } = await loadConfigFile(await findConfigFile("."));
 * const config = await resolveConfig(raw, resolveFrom(dir));
 * ```
 */
export { findConfigFile } from "./find-config-file.ts";
export { installedPlugins } from "./installed-plugins.ts";
export { type LoadedConfig, loadConfigFile } from "./load-config-file.ts";
export { type ResolveFromOptions, resolveFrom } from "./resolve-from.ts";
