import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const binFile = fileURLToPath(new URL("../bin/swarm-space.mjs", import.meta.url));
export const rootFolder = fileURLToPath(new URL("../../..", import.meta.url));

/** The real command in a process of its own. Disposing it kills what is left. */
export class RunningCommand implements AsyncDisposable {
  readonly exit: Promise<number | string>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #errors: string[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(words: readonly string[], o: { readonly folder?: string } = {}) {
    const child = spawn(process.execPath, [binFile, ...words], { cwd: o.folder ?? rootFolder, stdio: "pipe" });
    this.#child = child;
    this.#gather(child.stdout, this.#lines);
    this.#gather(child.stderr, this.#errors);
    this.exit = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        resolve(code ?? signal ?? "gone");
        for (const watch of this.#watchers) watch();
      });
    });
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get errors(): readonly string[] {
    return this.#errors;
  }

  /** The first line of standard output, from the `after`th on, that fits. Rejects with all that was said when the process ends first. */
  line(pattern: RegExp, after = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#lines.slice(after).find((line) => pattern.test(line));
        if (found === undefined && this.#child.exitCode === null && this.#child.signalCode === null) return;
        this.#watchers.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`no ${pattern} in:\n${[...this.#lines, ...this.#errors].join("\n")}`));
      };
      this.#watchers.add(look);
      look();
    });
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exit;
  }

  #gather(stream: NodeJS.ReadableStream | null, lines: string[]): void {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      for (const watch of [...this.#watchers]) watch();
    });
  }
}

/** Runs the command to its end. */
export async function runToEnd(words: readonly string[], o: { readonly folder?: string } = {}) {
  await using command = new RunningCommand(words, o);
  command.endInput();
  const exitCode = await command.exit;
  return { exitCode, out: command.lines.join("\n"), err: command.errors.join("\n") };
}

/** A relay by the command itself, on a free port unless one is named. */
export async function startRelay(
  port = 0,
): Promise<{ readonly relay: RunningCommand; readonly url: string; readonly port: number }> {
  const relay = new RunningCommand([
    "infra",
    "--no-peer-server",
    "--no-stun",
    "--no-tracker",
    "--no-dht",
    "--no-health",
    "--port",
    String(port),
    "--json",
    "--every",
    "1",
  ]);
  const ready: { url: string; port: number } = JSON.parse(await relay.line(/"relay:ready"/));
  return { relay, url: ready.url, port: ready.port };
}
