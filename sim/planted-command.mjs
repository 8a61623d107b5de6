import { report, row } from "../bench/report.mjs";
import { crew } from "./crew.mjs";
import { plants } from "./planted.ts";

/** Seeds until the first red one, for each plant. */
export async function runPlantedCommand({ names, tasks, seeds, from, jobs, json }) {
  const found = new Map();
  const chosen = plants.filter(({ name }) => names.length === 0 || names.includes(name));
  const queue = chosen.flatMap(({ name }) => tasks({ plant: name }));
  await crew({
    jobs,
    next: () => {
      while (found.has(queue[0]?.plant)) queue.shift();
      return queue.shift();
    },
    heard: ({ breaches, task }) => {
      if (breaches.length === 0 || found.has(task.plant)) return;
      const [{ breach, what }] = breaches;
      found.set(task.plant, { seed: Number(task.seed) - from + 1, breach });
      console.error(`sim: ${task.plant}: red at seed ${task.seed}: ${breach}: ${what}`);
    },
  });
  const rows = chosen.map(({ name }) => ({
    ...row({
      name,
      values: [found.get(name)?.seed ?? -1],
      unit: `seeds until red (${found.get(name)?.breach ?? "never"})`,
      goal: `≤ ${seeds}`,
      holds: (value) => value > 0 && value <= seeds,
    }),
  }));
  report(rows, { json, title: "Bugs planted in the kernel" });
}
