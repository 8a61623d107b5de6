/** `npm run crash -- SUITE [--kills N] [--seed S] [--json]`: nodes that die at any moment. Exit 1: a goal does not hold. */
import { parseArgs } from "node:util";
import { report } from "../bench/report.mjs";
import { outboxRows } from "./outbox.mjs";

const suites = {
  outbox: { title: "kill -9 of a node with a durable outbox and ledger", rows: outboxRows },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const kills = Number(values.kills);
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
if (values.help || suite === undefined || !Number.isSafeInteger(kills) || kills < 1) {
  console.error(
    `npm run crash -- SUITE [--kills N] [--seed S] [--json]\nsuites: ${Object.keys(suites).join(", ")}\nexit 1: a goal does not hold`,
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = await suite.rows({ kills, seed: values.seed, progress: (text) => console.error(text) });
  report(rows, { json: values.json, title: `${suite.title}, seed ${values.seed}` });
}
