import type { Clock } from "@swarm-space/core";
import type { Rate } from "../door/range-buckets.ts";

export interface PeerServerOptions {
  readonly clock: Clock;
  /** Default 9000, as stock clients expect; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1": nobody outside this machine. */
  readonly host?: string;
  /** What clients name as `key`. Default "peerjs". */
  readonly key?: string;
  /** Default 1,024. */
  readonly maxConnections?: number;
  /** Connections from one range: an IPv4 address, an IPv6 /64. Default 128. */
  readonly maxConnectionsPerRange?: number;
  /** Ids held from one range. Default 64. */
  readonly maxIdsPerRange?: number;
  /** Requests of HTTP, WebSockets among them, from one range. Default 20 a second, 128 at once. */
  readonly requestRate?: Rate;
  /** Messages of one connection; beyond, it is read later. Default 100 a second, 400 at once. */
  readonly messageRate?: Rate;
  /** Characters of one connection; beyond, it is read later. Default 256 Ki a second, 1 Mi at once. */
  readonly textRate?: Rate;
  /** Characters that may wait for ids that are not here, from everybody: they are kept for 5 s. Default 1 Mi a second, 4 Mi at once. */
  readonly absentRate?: Rate;
  /** Bytes that may wait for a slow reader before it is cut off. Default 1 MiB. */
  readonly maxBufferedBytes?: number;
}

/** The options with every default filled in. */
export type PeerServerSettings = Required<PeerServerOptions>;

export function settle(o: PeerServerOptions): PeerServerSettings {
  return {
    port: 9_000,
    host: "127.0.0.1",
    key: "peerjs",
    maxConnections: 1_024,
    maxConnectionsPerRange: 128,
    maxIdsPerRange: 64,
    requestRate: { perSecond: 20, burst: 128 },
    messageRate: { perSecond: 100, burst: 400 },
    textRate: { perSecond: 262_144, burst: 1_048_576 },
    absentRate: { perSecond: 1_048_576, burst: 4_194_304 },
    maxBufferedBytes: 1_048_576,
    ...o,
  };
}
