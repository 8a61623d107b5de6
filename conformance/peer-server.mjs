// An unmodified PeerServer in a process of its own. Argument: port, 0 for a free one. Tells its port to its parent.
import process from "node:process";
import { PeerServer } from "peer";

const port = Number(process.argv[2]);
const app = PeerServer({ host: "127.0.0.1", port, allow_discovery: true }, (server) => {
  process.send?.(server.address().port);
});
app.on("error", () => {});
process.on("disconnect", () => process.exit());
