/**
 * ```ts
 * import { createSwarm, use } from "@swarm-space/core";
 * import integrated from "@swarm-space/transport-integrated";
 *
 * await using swarm = await createSwarm({
 *   plugins: [use(integrated, { gunRelays: ["http://127.0.0.1:8765/gun"], trackers: ["ws://127.0.0.1:8000"] })],
 * });
 * await swarm.start();
 * ```
 */
import { integratedWith } from "./plugin.ts";

export {
  type FinderSourceStatus,
  type FinderStatus,
  finderOf,
  type RefusalReason,
  type WebTorrentClient,
} from "@swarm-space/webtorrent-driver";
export { type IntegratedConfig, integratedConfig } from "./config.ts";
export { errorTable } from "./error-table.ts";
export { type IntegratedRooms, integratedWith } from "./plugin.ts";

/** WebTorrent finds, Gun signals and relays, simple-peer connects. */
export default integratedWith({});
