/**
 * A road by Gun relays for a transport: connections, discovery by presence, mailboxes.
 *
 * ```ts
 * import { systemClock, systemRandom } from "@swarm-space/core";
 * import { RelayPool } from "@swarm-space/gun-driver";
 * import { RelayTransport, roadOptions } from "@swarm-space/gun-driver/road";
 * import * as z from "zod";
 *
 * const pool = new RelayPool();
 * export const transport = new RelayTransport({
 *   id: "mine",
 *   self: { id: "a".repeat(52), network: "example" },
 *   relays: ["ws://127.0.0.1:8765/gun"],
 *   config: z.strictObject(roadOptions).parse({}),
 *   pool: () => pool,
 *   openSide: async () => ({ dial: undefined, dialOf: new Map(), close: async () => undefined }),
 *   clock: systemClock(),
 *   random: systemRandom(),
 *   suite: () => undefined,
 * });
 * ```
 */
export { fromBase64, toBase64 } from "./base64.ts";
export { firstRepeatMs, type Way, type Ways } from "./dial.ts";
export { decodeLetterValue, encodeLetterValue, expiryOf, maxLetterBytes } from "./letter-value.ts";
export { gunMailboxes, type MailboxBounds } from "./mailbox-rules.ts";
export { decodePacket, encodePacket, isInbox, maxSignalBytes, type Packet } from "./packet.ts";
export { decodePresence, encodePresence, type PresenceRecord } from "./presence-record.ts";
export { relayCapabilities } from "./relay-capabilities.ts";
export { relayLinks } from "./relay-links.ts";
export { RelayTransport, type RelayTransportParts } from "./relay-transport.ts";
export { type RoadConfig, relayUrl, roadOptions } from "./road-options.ts";
export type { RelaySide, Session } from "./session.ts";
export type { HeardSignal } from "./switchboard.ts";
export { createTopics, inboxSoul, type Topics } from "./topics.ts";
