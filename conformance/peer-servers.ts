import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PeerServerProcess } from "./peerjs-place.ts";

const script = fileURLToPath(new URL("./peer-server.mjs", import.meta.url));

/** An unmodified PeerServer in a process of its own, which has loaded it and listens nowhere yet. */
export async function forkPeerServer(): Promise<PeerServerProcess> {
  const child = fork(script);
  await once(child, "message");
  return {
    async listen(port) {
      const told = once(child, "message");
      child.send(port);
      return Number((await told)[0]);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
