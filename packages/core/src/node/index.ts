/**
 * The part of core that touches a file system. Node 22 or newer.
 *
 * ```ts
 * import { createSwarmFromFile, findConfigFile } from "@swarm-space/core/node";
 *
 * await using swarm = await createSwarmFromFile(await findConfigFile("."));
 * await swarm.start();
 * ```
 */
export {
  type ConfigOverlay,
  createSwarmFromFile,
  type SwarmFromFileOptions,
} from "./create-swarm-from-file.ts";
export { findConfigFile } from "./find-config-file.ts";
export { installedPlugins } from "./installed-plugins.ts";
export { createIdentityFile, type KeyFileOptions, loadIdentityFile, openIdentityFile } from "./key-file.ts";
export { type LoadedConfig, type LoadOptions, loadConfigFile } from "./load-config-file.ts";
export { nodeCryptoSuite } from "./node-crypto-suite.ts";
export { nodeEd25519 } from "./node-ed25519.ts";
export { type ResolveFromOptions, resolveFrom } from "./resolve-from.ts";
