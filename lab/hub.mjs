import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { firstLine, hubAddress } from "./lab-network.mjs";

const command = fileURLToPath(new URL("../packages/cli/bin/swarm-space.mjs", import.meta.url));

/** `swarm-space infra` on the hub. Its relay has port 80, for those who may use no other; the others have their usual ones, so that what is started again is where it was. */
export async function startHub(network) {
  const words = [command, "infra", "--host", "0.0.0.0", "--port", "80", "--json", "--until-eof"];
  const child = network.start("R", words, { stdio: ["pipe", "pipe", "ignore"] });
  const ready = await firstLine(child, (line) => {
    const told = JSON.parse(line);
    return told.event === "relay:ready" ? told : undefined;
  });
  return {
    addresses: {
      relay: `http://${hubAddress}:${ready.port}/gun`,
      peerServer: { ...ready.peerServer, host: hubAddress },
      stun: { host: hubAddress, port: ready.stun.port },
      tracker: { url: `ws://${hubAddress}:${ready.tracker.port}`, port: ready.tracker.port },
      dht: { bootstrap: `${hubAddress}:${ready.dht.port}`, port: ready.dht.port },
    },
    /** Ends it without a word. */
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
