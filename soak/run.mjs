/**
 * `npm run soak -- [--minutes N] [--rate N] [--json]`: letters between two nodes for minutes, on the real clock, while roads are cut
 * and healed and a relay dies. Exit 1: letters were lost or doubled, or memory, timers or sockets grow.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { report } from "../bench/report.mjs";
import { soak } from "./soak.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    rate: { type: "string", default: "5000" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
if (values.help || !(minutes > 0 && minutes <= 600) || !(rate >= 1 && rate <= 100_000)) {
  console.error("npm run soak -- [--minutes N] [--rate LETTERS A SECOND] [--json]\nexit 1: a goal does not hold");
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = await soak({ minutes, rate, progress: (text) => console.error(`soak: ${text}`) });
  report(rows, { json: values.json, title: `Soak, ${minutes} minutes` });
}
