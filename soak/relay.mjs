import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A relay that can be killed, and comes back at its port. */
export class Relay {
  #child;
  port = 0;

  async start() {
    const file = fileURLToPath(new URL("relay-process.mjs", import.meta.url));
    const child = fork(file, [String(this.port)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child = child;
    const [said] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the relay ended with ${code}`))),
    ]);
    this.port = said.port;
  }

  /** Without a word. Twice is harmless. */
  async kill() {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
