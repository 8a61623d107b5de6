/** What is used of libraries that tell no types. */

declare module "bittorrent-protocol" {
  const Wire: new (type?: string) => import("./wire.ts").Wire;
  export default Wire;
}

declare module "bencode" {
  const bencode: { decode(bytes: Uint8Array): unknown; encode(value: unknown): Uint8Array };
  export default bencode;
}

declare module "bittorrent-dht" {
  export const Client: new (settings: import("./dht/dht.ts").DhtSettings) => import("./dht/dht.ts").Dht;
}

declare module "bittorrent-tracker" {
  export const Client: new (
    settings: import("./tracker/tracker-client.ts").TrackerSettings,
  ) => import("./tracker/tracker-client.ts").TrackerClient;
}

declare module "webtorrent" {
  const WebTorrent: new (settings: object) => import("./finder.ts").WebTorrentClient;
  export default WebTorrent;
}
