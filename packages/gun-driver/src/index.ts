/**
 * ```ts
 * import { systemClock, systemRandom } from "@swarm-space/core";
 * import { createGunClient, webSocketDial } from "@swarm-space/gun-driver";
 *
 * const relays = ["ws://127.0.0.1:8765/gun"];
 * const client = createGunClient({ relays, clock: systemClock(), random: systemRandom(), dial: webSocketDial() });
 * client.subscribe("a soul", (item) => console.log(item.key, item.value));
 * client.open();
 * await client.close();
 * ```
 */
export type { Backoff } from "./backoff.ts";
export {
  type ClientStats,
  createGunClient,
  type GunClient,
  type GunClientOptions,
  type GunItem,
  type RelayStatus,
} from "./client.ts";
export type { Clock, Random } from "./clock.ts";
export { errorTable } from "./error-table.ts";
export type { GraphItem, GraphNode, GunMessage } from "./frame.ts";
export {
  clientLimits,
  createGuard,
  type FrameGuard,
  type GuardCode,
  type GuardLimits,
  type GuardRejection,
  type GuardVerdict,
  relayLimits,
} from "./guard.ts";
export { IdSource } from "./id-source.ts";
export { RelayRefusal } from "./pending-keeps.ts";
export { RelayPool } from "./relay-pool.ts";
export { normalizeRelayUrl } from "./relay-url.ts";
export { SeenSet } from "./seen-set.ts";
export { type Dial, type SocketEvents, type TextSocket, webSocketDial } from "./socket.ts";
