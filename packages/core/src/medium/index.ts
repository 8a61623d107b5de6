/**
 * A transport from whatever brings a message from one name to another.
 *
 * ```ts
 * import { definePlugin, ports } from "@swarm-space/core";
 * import { type Medium, MediumTransport } from "@swarm-space/core/medium";
 * import * as z from "zod";
 *
 * export function mediumPlugin(medium: Medium) {
 *   return definePlugin({
 *     id: `transport-${medium.id}`,
 *     api: 1,
 *     config: z.strictObject({}),
 *     provides: [ports.transport, ports.discoverySource],
 *     setup({ clock, random, provide }) {
 *       const transport = new MediumTransport(medium, { clock, random });
 *       provide(ports.transport, transport);
 *       provide(ports.discoverySource, transport);
 *     },
 *   });
 * }
 * ```
 */
export { setBounded } from "../door/bounded-map.ts";
export { joinBytes, textBytes } from "../security/bytes.ts";
export { ConnectionShelf } from "./connection-shelf.ts";
export { digestOf, hexOf } from "./digest.ts";
export { FrameInlet, type FrameInletOptions } from "./frame-inlet.ts";
export { Interruption } from "./interruption.ts";
export type { Medium, MediumEars, OpenMedium } from "./medium.ts";
export { MediumTransport, type MediumTransportOptions } from "./medium-transport.ts";
export { type Condition, SessionTransport, type TransportSession } from "./session-transport.ts";
export { Sightings } from "./sightings.ts";
export { StateTeller } from "./state-teller.ts";
