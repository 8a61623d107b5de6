/** What is used of libraries that tell no types. */

declare module "bittorrent-protocol" {
  import type { Wire } from "./wire.ts";

  const WireClass: new (type?: string) => Wire;
  export default WireClass;
}

declare module "bencode" {
  const bencode: { decode(bytes: Uint8Array): unknown; encode(value: unknown): Uint8Array };
  export default bencode;
}

declare module "bittorrent-dht" {
  import type { Dht, DhtSettings } from "./dht/dht.ts";
  export const Client: new (settings: DhtSettings) => Dht;
}

declare module "bittorrent-tracker" {
  import type { TrackerClient, TrackerSettings } from "./tracker/tracker-client.ts";
  export const Client: new (settings: TrackerSettings) => TrackerClient;
}

declare module "webtorrent" {
  import type { WebTorrentClient } from "./finder.ts";

  const WebTorrent: new (settings: object) => WebTorrentClient;
  export default WebTorrent;
}
