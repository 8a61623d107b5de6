import type { Clock, Random } from "../clock.ts";
import type { Retention } from "./key-store.ts";
import { type MailboxOptions, settleMail } from "./mail-rules.ts";
import type { RelayKeep } from "./relay-keep.ts";
import type { RelayRates } from "./relay-peer.ts";

export interface GunRelayOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Default 8765; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1": nobody outside this machine. */
  readonly host?: string;
  /** Where WebSockets are taken. Default "/gun", as stock clients expect. */
  readonly path?: string;
  /** Other relays, dialled from here and told what is asked for here. Name each pair once: one side dials. */
  readonly peers?: readonly string[];
  /** Whether relays may dial this one. They hear which souls are asked for here. Default true. */
  readonly acceptRelays?: boolean;
  /** Default 1,024. */
  readonly maxConnections?: number;
  /** Connections of one remote address. Default 256. */
  readonly maxConnectionsPerRemote?: number;
  /** Souls one client may ask for; beyond, its oldest asking lapses. Default 1,024. */
  readonly maxInterestsPerClient?: number;
  /** Default 60,000 ms since the last put of a key. */
  readonly keyTtlMs?: number;
  /** Default 15,000 ms. */
  readonly tombstoneTtlMs?: number;
  /** Default 4,096. */
  readonly maxKeysPerSoul?: number;
  /** Text that is kept in all. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Keys that are kept in all. Default 200,000. */
  readonly maxKeys?: number;
  /** Souls to be kept otherwise than by `keyTtlMs` and `maxKeysPerSoul`. Undefined: those two. */
  readonly retentionOf?: (soul: string) => Retention | undefined;
  /** Souls that are mailboxes: letters for those who are away. Undefined: none is. */
  readonly mailboxes?: MailboxOptions;
  /** Where letters are kept over restarts. Undefined: in memory alone. */
  readonly keepIn?: RelayKeep;
  /** Per connection. Default 10,000 frames, 64 MiB and 60,000 keys. */
  readonly rates?: Partial<RelayRates>;
  /** Bytes that may wait for a slow reader before it is cut off. Default 8 MiB. */
  readonly maxBufferedBytes?: number;
  /** A connection that does not answer a ping within this time is dropped. Default 30,000 ms. */
  readonly pingMs?: number;
}

/** The options with every default filled in. */
export type RelaySettings = ReturnType<typeof settle>;

export function settle(o: GunRelayOptions) {
  const ttlMs = o.keyTtlMs ?? 60_000;
  const maxKeys = o.maxKeysPerSoul ?? 4_096;
  const usual: Retention = { ttlMs, maxKeys };
  return {
    clock: o.clock,
    random: o.random,
    port: o.port ?? 8765,
    host: o.host ?? "127.0.0.1",
    path: o.path ?? "/gun",
    peers: o.peers ?? [],
    acceptRelays: o.acceptRelays ?? true,
    maxConnections: o.maxConnections ?? 1_024,
    maxConnectionsPerRemote: o.maxConnectionsPerRemote ?? 256,
    maxInterestsPerClient: o.maxInterestsPerClient ?? 1_024,
    retentionOf: (soul: string): Retention => o.retentionOf?.(soul) ?? usual,
    tombstoneTtlMs: o.tombstoneTtlMs ?? 15_000,
    maxBytes: o.maxBytes ?? 64 * 1_048_576,
    maxKeys: o.maxKeys ?? 200_000,
    mail: settleMail(o.mailboxes ?? { isMailbox: () => false }),
    keepIn: o.keepIn,
    rates: { framesPerSecond: 10_000, bytesPerSecond: 64 * 1_048_576, itemsPerSecond: 60_000, ...o.rates },
    maxBufferedBytes: o.maxBufferedBytes ?? 8 * 1_048_576,
    pingMs: o.pingMs ?? 30_000,
  };
}
