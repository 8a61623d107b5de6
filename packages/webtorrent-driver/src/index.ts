/**
 * A discovery source that finds by WebTorrent.
 *
 * ```ts
 * import { definePlugin, ports } from "@swarm-space/core";
 * import { createFinder, finderOptions } from "@swarm-space/webtorrent-driver";
 * import * as z from "zod";
 *
 * export default definePlugin({
 *   id: "torrent-discovery",
 *   api: 1,
 *   config: z.strictObject(finderOptions),
 *   provides: [ports.discoverySource],
 *   setup({ self, config: { dht, engine }, provide, clock, random }) {
 *     const finder = createFinder({ self: self.id, network: self.network, clock, random, dht, engine });
 *     provide(ports.discoverySource, finder);
 *     return { stop: (o) => finder.close(o) };
 *   },
 * });
 * ```
 */
export { createFinder } from "./create-finder.ts";
export { daysAt, infoHashOf } from "./daily-hash.ts";
export { errorTable } from "./error-table.ts";
export type {
  DhtOptions,
  Finder,
  FinderOptions,
  FinderSourceStatus,
  FinderStatus,
  RefusalReason,
  TrackerOptions,
  TrackerWebRtc,
  WebTorrentClient,
} from "./finder.ts";
export { finderOf } from "./finder-of.ts";
export { finderOptions } from "./finder-options.ts";
export { isNodeAddress } from "./node-address.ts";
