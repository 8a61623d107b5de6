import { fork } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";

/** A process of its own, which answers each request once. Disposed, it is gone. */
export class Process {
  #child;
  #waiting = new Map();
  #next = 1;

  /**
   * @param o.priority as `os.setPriority` takes it: an attacker is elsewhere, and takes no time from whom it attacks
   * @param o.quiet its last words are not shown: for those that are meant to die
   */
  constructor(script, argument, { priority = 0, quiet = false } = {}) {
    this.#child = fork(fileURLToPath(new URL(`../${script}`, import.meta.url)), [JSON.stringify(argument)], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "inherit", quiet ? "ignore" : "inherit", "ipc"],
    });
    if (priority !== 0) os.setPriority(this.#child.pid, priority);
    this.#child.on("message", ({ id, answer, error }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(error));
      else waiting?.resolve(answer);
    });
    this.exited = new Promise((resolve) => this.#child.on("exit", resolve));
    void this.exited.then((code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${script} ended with ${code}`));
    });
  }

  ask(what, argument) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // Without a callback a channel that closed would throw past everybody.
      this.#child.send({ id, what, argument }, (error) => {
        if (error && this.#waiting.delete(id)) reject(error);
      });
    });
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill("SIGKILL");
    await this.exited;
  }
}

/** In the other process: answers requests by name. */
export function answerWith(answers) {
  process.on("message", async ({ id, what, argument }) => {
    try {
      process.send({ id, answer: await answers[what](argument) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on("disconnect", () => process.exit());
}
