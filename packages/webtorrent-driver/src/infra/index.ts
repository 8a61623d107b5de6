/**
 * What those who find each other are helped by, in Node.
 *
 * ```ts
 * import { systemRandom } from "@swarm-space/core";
 * import { openDhtNode } from "@swarm-space/webtorrent-driver/infra";
 *
 * const node = await openDhtNode({ random: systemRandom(), port: 0 });
 * console.log(`bootstrap: ${node.host}:${node.port}`);
 * await node.close();
 * ```
 */
export { type DhtNodeOptions, type DhtNodeStats, openDhtNode, type RunningDhtNode } from "./dht-node.ts";
