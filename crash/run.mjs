/** `npm run crash -- SUITE [--kills N] [--flips N] [--seed S] [--json]`: nodes that die at any moment. Exit 1: a goal does not hold. */
import { parseArgs } from "node:util";
import { report } from "../bench/report.mjs";
import { chainRows } from "./chain.mjs";
import { outboxRows } from "./outbox.mjs";

const suites = {
  chain: { title: "A node's chain on a medium that fails", rows: chainRows, kills: 100 },
  outbox: { title: "kill -9 of a node with a durable outbox and ledger", rows: outboxRows, kills: 50 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string" },
    flips: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
const kills = Number(values.kills ?? suite?.kills);
const flips = Number(values.flips);
const isCount = (count) => Number.isSafeInteger(count) && count >= 1;
if (values.help || suite === undefined || !isCount(kills) || !isCount(flips)) {
  console.error(
    `npm run crash -- SUITE [--kills N] [--flips N] [--seed S] [--json]\nsuites: ${Object.keys(suites).join(", ")}\nexit 1: a goal does not hold`,
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = await suite.rows({ kills, flips, seed: values.seed, progress: (text) => console.error(text) });
  report(rows, { json: values.json, title: `${suite.title}, seed ${values.seed}` });
}
