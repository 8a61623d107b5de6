import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process whose lines are waited for. */
export class Talker {
  #process;
  #lines = [];
  #wake = Promise.withResolvers();
  #ended = false;

  constructor(program, words, cwd) {
    this.#process = spawn(program, words, { cwd, stdio: ["pipe", "pipe", "inherit"] });
    createInterface(this.#process.stdout).on("line", (line) => this.#tell(() => this.#lines.push(line)));
    this.exit = new Promise((resolve) => {
      this.#process.on("close", (code) => {
        this.#tell(() => {
          this.#ended = true;
        });
        resolve(code);
      });
    });
  }

  write(line) {
    this.#process.stdin.write(`${line}\n`);
  }

  /** The first line that matches. @throws when the process ended without it, or `limitMs` are over */
  async line(pattern, limitMs = 30_000) {
    const limit = AbortSignal.timeout(limitMs);
    for (;;) {
      const found = this.#lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#ended || limit.aborted) throw new Error(`no line ${pattern}; there were:\n${this.#lines.join("\n")}`);
      await Promise.race([this.#wake.promise, new Promise((resolve) => limit.addEventListener("abort", resolve))]);
    }
  }

  end() {
    this.#process.stdin.end();
  }

  kill() {
    this.#process.kill("SIGKILL");
  }

  #tell(change) {
    change();
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
