import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A seed that says nothing for so long hangs. */
const patienceMs = 120_000;

/**
 * Runs tasks on `jobs` processes. `next` gives a task or undefined; `heard` is told each report, in the order in which they come.
 */
export async function crew({ jobs, next, heard }) {
  const file = fileURLToPath(new URL("worker.mjs", import.meta.url));
  const work = () =>
    new Promise((resolve, reject) => {
      const child = fork(file, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      let timer;
      const give = () => {
        clearTimeout(timer);
        const task = next();
        if (task === undefined) {
          child.disconnect();
          return resolve();
        }
        timer = setTimeout(() => {
          child.kill("SIGKILL");
          reject(new Error(`seed ${task.seed} did not end within ${patienceMs} ms`));
        }, patienceMs);
        child.send(task);
      };
      child.on("message", (report) => {
        heard(report);
        give();
      });
      child.on("exit", (code) => {
        clearTimeout(timer);
        if (code !== 0) reject(new Error(`a process ended with ${code}`));
      });
      give();
    });
  await Promise.all(Array.from({ length: jobs }, work));
}
