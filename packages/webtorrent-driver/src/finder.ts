import type {
  Announcement,
  Clock,
  CryptoSuite,
  DiscoverySource,
  PeerId,
  Random,
  Sighting,
  SignalOptions,
} from "@swarm-space/core";

/** Where the BitTorrent DHT (BEP 5) is entered, and what of this node listens for it. Node alone: a browser has no DHT. */
export interface DhtOptions {
  /** Nodes to enter by, as "127.0.0.1:6881". Empty: no DHT. */
  readonly bootstrap: readonly string[];
  /** The address that UDP and TCP listen on. Default: all; 127.0.0.1 where every bootstrap node is on loopback. */
  readonly host?: string | undefined;
  /** UDP and TCP port; 0, the default, takes free ones. */
  readonly port?: number;
}

/** WebRTC for the channels on which those whom a tracker brings together say who they are. The engine of `webrtc-driver` fits. */
export interface TrackerWebRtc {
  /** The three classes of W3C that `simple-peer` takes, for descriptions that hold all their candidates. */
  wrtc(signalling: "whole"): object;
  /** Resolves when nothing of it is alive. */
  close(): Promise<void>;
}

export interface TrackerOptions {
  /** WebSocket trackers, as "wss://tracker.example". At most 8. Empty: none. */
  readonly urls: readonly string[];
  /** Called when somebody announces or looks. Rejects where the platform has no WebRTC: then the trackers are away. */
  readonly openWebRtc: () => Promise<TrackerWebRtc>;
}

/** What is used of a WebTorrent client (`webtorrent` 1.9.7 to 3). */
export interface WebTorrentClient {
  readonly destroyed: boolean;
  add(torrent: object, options: object): unknown;
  destroy(done: (error?: Error | null) => void): void;
}

export interface FinderOptions {
  readonly self: PeerId;
  /** Peers of another network are not met: what is looked for is derived from its name. */
  readonly network: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly dht?: DhtOptions;
  readonly trackers?: TrackerOptions;
  /**
   * "components": WebTorrent's own parts, loaded when they are used. "webtorrent": a whole client, which the app has installed.
   * A client that the app has already: its DHT and its settings are used, and it stays open.
   */
  readonly engine: "components" | "webtorrent" | WebTorrentClient;
  /** Undefined: WebCrypto hashes. */
  readonly suite?: () => CryptoSuite | undefined;
  /** A hint, or what claimed to be one, was dropped. @param source "dht", or the tracker's URL */
  readonly refused?: (source: string, reason: RefusalReason) => void;
}

/** Why a hint was dropped. */
export type RefusalReason =
  /** It is no hint: bytes or fields that no peer of ours would send. */
  | "malformed"
  /** It does not say who it is, as strangers do that share our info hash. */
  | "no id"
  /** It is this node. */
  | "self"
  /** An address that is no public host's, told by a DHT of public hosts. */
  | "private address"
  /** Its source, or its range of addresses, has told of too many. */
  | "too many"
  /** Nobody answered there in time. */
  | "silent";

/** How one source fares. */
export interface FinderSourceStatus {
  /** "dht", or the tracker's URL. */
  readonly source: string;
  readonly state: "idle" | "opening" | "ready" | "away";
  /** Why it is away, in words for a person. */
  readonly lastError?: string;
  /** Peers that it led to, each greeting counted. */
  readonly found: number;
  readonly dropped: ReadonlyMap<RefusalReason, number>;
  /** Nodes in the DHT's table, or peers that the tracker says are in the swarm. */
  readonly size: number;
}

export interface FinderStatus {
  readonly engine: "components" | "webtorrent";
  readonly sources: readonly FinderSourceStatus[];
}

/**
 * Finds peers of the network by WebTorrent: its DHT (in Node) and its trackers. It finds and no more: on the wire each side says its
 * PeerId, and the wire ends; letters and signalling go by other roads. A sighting is a hint: anybody can say any id.
 *
 * It is open while somebody announces or looks, and holds nothing otherwise.
 */
export interface Finder extends DiscoverySource {
  readonly id: "webtorrent";
  /**
   * Until the signal aborts, peers who meet this node are told its id; addresses have no place on the wire.
   * @throws SwarmError `ENGINE_MISSING` the engine cannot be loaded
   */
  announce(self: Announcement, o: SignalOptions): Promise<void>;
  /**
   * Sightings of whom the DHT and the trackers lead to: a peer's id and no address. How it is reached, its transport knows.
   * @throws SwarmError `ENGINE_MISSING`
   */
  discover(o: SignalOptions): AsyncIterable<Sighting>;
  status(): FinderStatus;
  /** This node slept, or its network changed: sources that are away are tried at once. */
  woke(): void;
  /** Ends what is open, for all who announce and look. Twice is harmless. */
  close(o: SignalOptions): Promise<void>;
}
