/** The part for Node: a relay, sockets that refuse what is too large, and what a server's door counts by. */
import type { GunRelayOptions } from "./options.ts";
import { type GunRelay, startRelay } from "./relay.ts";

export { nests } from "../nesting.ts";
export type { Retention } from "./key-store.ts";
export type { MailRefusal } from "./mail-accounts.ts";
export type { MailboxOptions, MailShare } from "./mail-rules.ts";
export { dialNode } from "./node-socket.ts";
export type { GunRelayOptions } from "./options.ts";
export type { GunRelay, RelayStats } from "./relay.ts";
export type { KeptLetter, RelayKeep } from "./relay-keep.ts";
export type { RelayRates } from "./relay-peer.ts";
export { remoteRange } from "./remote-range.ts";
export { TokenBucket } from "./token-bucket.ts";

/**
 * Starts a relay. Rejects when its port cannot be had.
 * @throws TypeError for a peer that is no URL; what `keepIn.load` throws
 */
export function openGunRelay(options: GunRelayOptions): Promise<GunRelay> {
  return startRelay(options);
}
