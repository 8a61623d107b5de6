// An unmodified PeerServer in a process of its own. Each message that it is sent is a port to listen at, 0 for a free one; it
// answers with the port.
import process from "node:process";
import { PeerServer } from "peer";

process.on("message", (port) => {
  const app = PeerServer({ host: "127.0.0.1", port: Number(port), allow_discovery: true }, (server) => {
    process.send?.(server.address().port);
  });
  app.on("error", () => {});
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
