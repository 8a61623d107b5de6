declare module "webtorrent/dist/webtorrent.min.js" {
  const WebTorrent: new (settings: object) => import("@swarm-space/webtorrent-driver").WebTorrentClient;
  export default WebTorrent;
}
