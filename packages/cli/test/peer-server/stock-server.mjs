/** A PeerServer as its documents show it, for what a guard is there for. */
import { PeerServer } from "peer";

const listens = process.argv[2] === "listens";
const server = PeerServer({ port: 0, host: "127.0.0.1" }, (http) => {
  process.send?.({ url: `http://127.0.0.1:${http.address().port}/` });
});
if (listens) server.on("error", () => undefined);
process.once("disconnect", () => process.exit());
