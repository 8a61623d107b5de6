import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** An unmodified PeerServer in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  /** It is gone, with no word to anybody, when this resolves. Twice is harmless. */
  kill(): Promise<void>;
}

/** @param port of one that was killed, to stand in its place; 0: a free one */
export async function forkStockServer(port = 0): Promise<ServerProcess> {
  const script = fileURLToPath(new URL("stock-peer-server.mjs", import.meta.url));
  const child = fork(script, [String(port)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const gone = once(child, "exit");
  const listening = once(child, "message");
  const first = await Promise.race([listening, gone.then(([code]) => Promise.reject(new Error(`it ended: ${code}`)))]);
  const own: number = first[0].port;
  return {
    url: `http://127.0.0.1:${own}/`,
    port: own,
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
