import { report, row } from "../bench/report.mjs";
import { runAll, seedsFrom } from "./crew.mjs";
import { eclipseAblations } from "./eclipse-ablations.mjs";

const leastKept = 99;
const attacks = ["sybils", "forged"];

/** Nine tenths of what discovery answers is an attacker's: is a link to somebody honest kept? */
export async function runEclipseCommand({ seeds, from, jobs, json }) {
  const tasks = [
    ...attacks.flatMap((attack) => seedsFrom(from, seeds).map((seed) => ({ kind: "eclipse", seed, attack }))),
    ...eclipseAblations.flatMap(({ name, seeds: most }) =>
      seedsFrom(from, Math.min(seeds, most)).map((seed) => ({
        kind: "eclipse",
        seed,
        attack: "sybils",
        ablation: name,
      })),
    ),
  ];
  const reports = await runAll({ jobs, tasks, unit: "runs" });
  report(rowsOf(reports), { json, title: `Eclipse, ${seeds} seeds` });
}

function rowsOf(reports) {
  const of = (attack, ablation) => reports.filter(({ task }) => task.attack === attack && task.ablation === ablation);
  const kept = (list) => (100 * list.filter((each) => each.kept).length) / list.length;
  return [
    ...attacks.flatMap((attack) => {
      const shipped = of(attack, undefined);
      return [
        row({
          name: `an honest link kept, 90 % of answers hostile, ${attack}`,
          values: [kept(shipped)],
          unit: "% of seeds",
          goal: `≥ ${leastKept}`,
          holds: (value) => value >= leastKept,
        }),
        row({ name: `honest links at the end, ${attack}`, values: shipped.map(({ honest }) => honest), unit: "links" }),
        row({
          name: `hostile links at the end, ${attack}`,
          values: shipped.map(({ hostile }) => hostile),
          unit: "links",
        }),
      ];
    }),
    ...eclipseAblations.map(({ name }) =>
      row({
        name: `ablation: ${name}`,
        values: [kept(of("sybils", name))],
        unit: "% of seeds",
        goal: `< ${leastKept}`,
        holds: (value) => value < leastKept,
      }),
    ),
  ];
}
