import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A seed that says nothing for so long hangs, unless its task says otherwise. */
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
          reject(new Error(`seed ${task.seed} did not end within ${task.patienceMs ?? patienceMs} ms`));
        }, task.patienceMs ?? patienceMs);
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

/**
 * Runs all tasks, and says from time to time how far that is. Resolves to their reports, in the order in which they came.
 * @param {(report: any) => void} [o.heard] is told each of them besides
 */
export async function runAll({ jobs, tasks, unit, heard = () => {} }) {
  const queue = [...tasks];
  const reports = [];
  await crew({
    jobs: Math.min(jobs, tasks.length),
    next: () => queue.shift(),
    heard: (each) => {
      reports.push(each);
      heard(each);
      if (reports.length % 100 === 0) console.error(`sim: ${reports.length} of ${tasks.length} ${unit}`);
    },
  });
  return reports;
}

/** So many seeds, as tasks name them. */
export function seedsFrom(from, count) {
  return Array.from({ length: count }, (_, at) => String(from + at));
}
