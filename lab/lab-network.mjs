/** Two hosts behind NATs and a public hub between them, in network namespaces. Whatever happens to this process, they are taken away. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("nat-lab.sh", import.meta.url));
const cache = fileURLToPath(new URL("../.swarm-space/lab/", import.meta.url));

/** The hub's address for servers. */
export const hubAddress = "192.0.2.1";

/**
 * Builds the network. Disposing it ends what runs in it and takes it away; twice is harmless.
 * @param {{ name?: string, delayMs: number, lossPercent: number, seed: number, signal?: AbortSignal }} o
 *   delay and loss are of each link, one way
 */
export async function labNetwork({ name = `swarm-lab-${process.pid}`, delayMs, lossPercent, seed, signal }) {
  mkdirSync(cache, { recursive: true });
  const environment = {
    ...process.env,
    LAB: name,
    WIRE: join(cache, "wire"),
    DELAY: String(delayMs),
    LOSS: String(lossPercent),
    SEED: String(seed),
    PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`,
  };
  // It takes all away when its standard input ends, and that ends with this process, however this ends.
  const holder = spawn(script, ["hold"], { env: environment, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const held = once(holder, "close");
  let told = "";
  holder.stderr.setEncoding("utf8").on("data", (text) => {
    told += text;
  });
  const children = new Set();
  let closing;
  const close = () => {
    closing ??= (async () => {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all([...children].map((child) => once(child, "exit")));
      holder.stdin.end();
      await held;
    })();
    return closing;
  };
  try {
    await firstLine(holder, (line) => (line === "up" ? true : undefined));
    signal?.throwIfAborted();
    signal?.addEventListener("abort", close, { once: true });
  } catch (error) {
    await close();
    throw new Error(`no network: ${told.trim() || error.message}`, { cause: error });
  }
  return {
    name,
    close,
    [Symbol.asyncDispose]: close,
    /** Changes the NAT of side 1 or 2; what it had open is forgotten. */
    setNat: (side, kind) => run(script, ["nat", String(side), kind], environment),
    /** Nothing passes a side's link any more, and nobody is told. */
    cut: (side) => run(script, ["cut", String(side)], environment),
    heal: (side) => run(script, ["heal", String(side)], environment),
    /** Runs a program in the namespace of A, B, R, N1 or N2 until it ends. */
    execute: (place, program, words) =>
      run("ip", ["netns", "exec", `${name}-${place}`, program, ...words], environment),
    /**
     * Starts a program in the namespace of A, B or R: Node, with a channel to it, unless another is named. Killed with the network.
     * @returns {import("node:child_process").ChildProcess}
     */
    start(place, words, { program = process.execPath, stdio = ["ignore", "inherit", "inherit", "ipc"] } = {}) {
      const child = spawn("ip", ["netns", "exec", `${name}-${place}`, program, ...words], { env: environment, stdio });
      children.add(child);
      child.once("exit", () => children.delete(child));
      return child;
    },
  };
}

/** Resolves to the first line of a child's output that `read` makes something of. Rejects when the child ends first. */
export function firstLine(child, read) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const value = read(line);
      if (value !== undefined) resolve(value);
    });
    child.once("exit", (code, signal) => reject(new Error(`ended with ${signal ?? code} before it was ready`)));
  });
}

async function run(program, words, env) {
  const child = spawn(program, words, { env, stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    told += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${words.join(" ")}: ${told.trim() || `exit ${code}`}`);
}
