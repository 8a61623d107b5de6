import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PeerServerProcess } from "./peerjs-place.ts";

const script = fileURLToPath(new URL("./peer-server.mjs", import.meta.url));

/** An unmodified PeerServer in a process of its own. @param port 0 for a free one */
export async function forkPeerServer(port: number): Promise<PeerServerProcess> {
  const child = fork(script, [String(port)]);
  const [told] = await once(child, "message");
  return {
    port: Number(told),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
