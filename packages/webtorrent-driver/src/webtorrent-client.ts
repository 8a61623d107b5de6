import type { Dht } from "./dht/dht.ts";
import type { WebTorrentClient } from "./finder.ts";
import type { TrackerClient } from "./tracker/tracker-client.ts";
import type { Wire } from "./wire.ts";

/** What is used of a torrent of WebTorrent, beside its documented events. */
export interface Torrent {
  readonly destroyed: boolean;
  readonly discovery?: { readonly tracker?: TrackerClient | null } | null;
  /** By "host:port", or by the peer's id at a tracker. */
  readonly _peers: ReadonlyMap<string, unknown> | null;
  /** Everybody that it hears of comes by here. */
  addPeer(peer: string | { readonly id: string; destroy(): void }, source?: string): boolean;
  destroy(done: () => void): void;
  on(event: "wire", listener: (wire: Wire, address?: string) => void): void;
  on(event: "infoHash", listener: () => void): void;
  on(event: "warning" | "error", listener: (error: Error) => void): void;
}

/** What is used of a client beside what an app hands over. */
export interface OpenClient extends WebTorrentClient {
  readonly listening: boolean;
  readonly dht: Dht | false | null;
  add(torrent: object, options: object): Torrent;
  once(event: "listening", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  off(event: "error", listener: (error: Error) => void): void;
}

/** Whether it is what WebTorrent 1.9.7 to 3 makes. */
export function isOpenClient(client: WebTorrentClient): client is OpenClient {
  return "listening" in client && "dht" in client && "once" in client && !client.destroyed;
}
