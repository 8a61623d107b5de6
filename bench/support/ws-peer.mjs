/** The other process of the WebSocket rows: a node that hears letters, and a plain socket that counts messages. */
import process from "node:process";
import { createSwarm, use } from "@swarm-space/core";
import { WebSocketServer } from "ws";
import { largeChannel, smallChannel } from "../letters.mjs";
import { recordPair } from "./record-pair.mjs";
import { socketOptions, wsPlugin } from "./ws-transport.mjs";

let url = "";
const plugins = [use(wsPlugin({ listen: true, onAddress: (own) => (url = own) }))];
const swarm = await createSwarm({ plugins });
swarm.channel(smallChannel).onMessage(() => undefined);
swarm.channel(largeChannel).onMessage(() => undefined);
await swarm.start();

const raw = new WebSocketServer({ host: "127.0.0.1", port: 0, ...socketOptions });
await new Promise((done) => raw.once("listening", done));
raw.on("connection", (socket, request) => {
  const records = request.url === "/sealed" ? recordPair().receiver : undefined;
  let awaited = 0;
  // A text says how many messages follow; it is answered when they are here.
  socket.on("message", (data, isBinary) => {
    if (!isBinary) awaited = Number(data);
    else {
      records?.open(new Uint8Array(data.buffer, data.byteOffset, data.length));
      if (--awaited === 0) socket.send("all");
    }
  });
});

process.on("disconnect", async () => {
  raw.close();
  for (const client of raw.clients) client.terminate();
  await swarm.stop();
});
process.send({ peer: swarm.id, url, rawUrl: `ws://127.0.0.1:${raw.address().port}` });
