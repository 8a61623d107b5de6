import { Server } from "bittorrent-tracker";

const server = new Server({ http: true, udp: false, ws: true, stats: false });
server.on("warning", () => undefined);
server.on("error", () => undefined);
server.listen(0, "127.0.0.1", () => process.send?.({ url: `ws://127.0.0.1:${server.http.address().port}` }));
