import { createSwarm, type Swarm, type SwarmOptions } from "@swarm-space/core";
import { ownPlace } from "#own-place";
import { type HybridOptions, hybridPlugins } from "./hybrid-plugins.ts";

/** The preset's options and the kernel's; `plugins` are added to the preset's own. */
export interface HybridSwarmOptions extends HybridOptions, SwarmOptions {}

/**
 * A node of every first-party plugin with the seed's defaults. Its identity is kept beside its store, and made at first use;
 * with `store: false` it ends with the process. Nothing is dialled before `start`.
 * @throws SwarmError as `createSwarm`; `IDENTITY_FILE_…` (Node), `IDENTITY_UNSUPPORTED` (pages)
 */
export async function createHybridSwarm(o: HybridSwarmOptions = {}): Promise<Swarm> {
  const { data, servers, integrated, gun, peerjs, discovery, resilience, chain, store, plugins = [], ...kernel } = o;
  const isKept = kernel.identity === undefined && store !== false;
  const identity = isKept ? await ownPlace.openIdentity(data ?? ownPlace.defaultData) : kernel.identity;
  return createSwarm({
    ...kernel,
    ...(identity === undefined ? {} : { identity }),
    plugins: [...hybridPlugins(o), ...plugins],
  });
}
