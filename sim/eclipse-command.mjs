import { report, row } from "../bench/report.mjs";
import { crew } from "./crew.mjs";
import { eclipseAblations } from "./eclipse-ablations.mjs";

const leastKept = 99;

/** Nine tenths of what discovery answers is an attacker's: is a link to somebody honest kept? */
export async function runEclipseCommand({ seeds, from, jobs, json }) {
  const numbers = (count) => Array.from({ length: count }, (_, at) => String(from + at));
  const queue = [
    ...numbers(seeds).map((seed) => ({ kind: "eclipse", seed })),
    ...eclipseAblations.flatMap(({ name, seeds: most }) =>
      numbers(Math.min(seeds, most)).map((seed) => ({ kind: "eclipse", seed, ablation: name })),
    ),
  ];
  const wanted = queue.length;
  const reports = [];
  await crew({
    jobs: Math.min(jobs, wanted),
    next: () => queue.shift(),
    heard: (each) => {
      reports.push(each);
      if (reports.length % 100 === 0) console.error(`sim: ${reports.length} of ${wanted} runs`);
    },
  });
  report(rowsOf(reports), { json, title: `Eclipse, ${seeds} seeds` });
}

function rowsOf(reports) {
  const of = (ablation) => reports.filter(({ task }) => task.ablation === ablation);
  const kept = (list) => (100 * list.filter((each) => each.kept).length) / list.length;
  const shipped = of(undefined);
  return [
    row({
      name: "an honest link kept, 90 % of answers hostile",
      values: [kept(shipped)],
      unit: "% of seeds",
      goal: `≥ ${leastKept}`,
      holds: (value) => value >= leastKept,
    }),
    row({ name: "honest links at the end", values: shipped.map(({ honest }) => honest), unit: "links" }),
    row({ name: "hostile links at the end", values: shipped.map(({ hostile }) => hostile), unit: "links" }),
    ...eclipseAblations.map(({ name }) =>
      row({
        name: `ablation: ${name}`,
        values: [kept(of(name))],
        unit: "% of seeds",
        goal: `< ${leastKept}`,
        holds: (value) => value < leastKept,
      }),
    ),
  ];
}
