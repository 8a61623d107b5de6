/** Processes of the demonstration. Whatever happens to this one, none of them outlives it. */
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../packages/cli/bin/swarm-space.mjs", import.meta.url));

export class Children {
  /** @type {Set<import("node:child_process").ChildProcess>} */
  #running = new Set();
  /** @type {(error: Error) => void} */
  #onCrash;

  /** @param {(error: Error) => void} onCrash hears of a child that ends unasked */
  constructor(onCrash) {
    this.#onCrash = onCrash;
  }

  /** The relay: `swarm-space infra` without the rest. Resolves to it, its URL and its port once it listens. */
  startRelay(port) {
    const without = ["peer-server", "stun", "tracker", "dht", "health"].map((service) => `--no-${service}`);
    return this.startInfra(["--port", String(port), ...without]);
  }

  /** `swarm-space infra`. Resolves to it and to all its addresses. */
  async startInfra(options) {
    const words = [command, "infra", ...options, "--json", "--until-eof"];
    // It ends when its standard input does, so it is gone even if this process is killed.
    const child = this.#start(words, ["pipe", "pipe", "inherit"], "the relay");
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        const report = JSON.parse(line);
        if (report.event === "relay:ready") resolve({ child, ...report });
      });
      child.once("exit", () => reject(new Error("the relay did not start")));
    });
    return ready;
  }

  /** A node. It is told what to do, and tells what happens, over the channel between the processes. */
  startNode(script, settings, onReport) {
    const words = [fileURLToPath(script), JSON.stringify(settings)];
    const child = this.#start(words, ["ignore", "inherit", "inherit", "ipc"], settings.name);
    child.on("message", onReport);
    return child;
  }

  /** SIGKILL: no process gets to say good-bye. Resolves when it is gone. */
  async kill(child) {
    this.#running.delete(child);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  /** Lets a child end by itself, and kills it when it does not. Resolves to what was wrong with its end, undefined where nothing was. */
  async end(child, graceMs, ask) {
    this.#running.delete(child);
    const gone = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
    ask();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, graceMs);
    const how = await gone;
    clearTimeout(timer);
    if (isLate) return `did not end within ${graceMs} ms`;
    return how === 0 ? undefined : `ended by itself, with a fault: ${how}`;
  }

  /** The same for what `startRelay` and `startInfra` resolved to. */
  endInfra({ child }, graceMs) {
    return this.end(child, graceMs, () => child.kill("SIGTERM"));
  }

  /** Synchronous: for the last moment of this process. */
  killAll() {
    for (const child of this.#running) child.kill("SIGKILL");
    this.#running.clear();
  }

  #start(words, stdio, name) {
    // A group of its own: Ctrl-C in the terminal reaches this process alone, which then ends the others in order.
    const child = spawn(process.execPath, words, { stdio, detached: process.platform !== "win32", windowsHide: true });
    this.#running.add(child);
    child.on("error", (error) => this.#onCrash(error));
    child.on("exit", (code, signal) => {
      if (this.#running.delete(child)) this.#onCrash(new Error(`${name} ended unasked (${signal ?? code})`));
    });
    return child;
  }
}
