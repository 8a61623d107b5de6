/** A PeerServer as its documents show it, in a process of its own that can be killed. @param argv port, 0: a free one */
import process from "node:process";
import { PeerServer } from "peer";

const port = Number(process.argv[2]);
const server = PeerServer({ port, host: "127.0.0.1" }, (http) => process.send?.({ port: http.address().port }));
// Unheard, an error of one of its sockets would end it.
server.on("error", () => undefined);
process.once("disconnect", () => process.exit());
