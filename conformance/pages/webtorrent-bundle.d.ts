declare module "webtorrent/dist/webtorrent.min.js" {
  const WebTorrent: new (settings: object) => import("@swarm-space/transport-integrated").WebTorrentClient;
  export default WebTorrent;
}
