/**
 * `npm run soak -- [--minutes N] [--rate N] [--json]`: letters between two nodes for minutes, on the real clock, while roads are cut
 * and healed and a relay dies. Exit 1: letters were lost or doubled, or memory, timers or sockets grow.
 *
 * Each function is compiled once, when it first runs (`compileOnce`). Else V8 goes on for hours: each function that has become warm
 * gets optimized code, one of them after the other, and that is all that grew here (16 MiB an hour, each time for another function
 * and never for one twice, while objects, closures and strings stayed as many as they were). So the whole heap can be judged, code
 * and all, and 5,000 letters a second are to be had without optimized code.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const compileOnce = [
  "--no-maglev",
  "--no-turbofan",
  "--always-sparkplug",
  "--no-lazy-feedback-allocation",
  "--no-flush-bytecode",
];
const usage = `npm run soak -- [--minutes N] [--rate LETTERS A SECOND] [--json]
  --leak BYTES A SECOND   ablation: so much is kept for ever, and the heap slope must tell
  --optimize              V8 optimizes as ever: the heap slope tells of its code too, for hours
exit 1: a goal does not hold`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    rate: { type: "string", default: "5000" },
    leak: { type: "string", default: "0" },
    optimize: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const leak = Number(values.leak);
const isWrong = !(minutes > 0 && minutes <= 600) || !(rate >= 1 && rate <= 100_000) || !(leak >= 0 && leak <= 1e6);
if (values.help || isWrong) {
  console.error(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const words = [
    ...(values.optimize ? [] : compileOnce),
    "--expose-gc",
    fileURLToPath(new URL("soaking.mjs", import.meta.url)),
    JSON.stringify({ minutes, rate, leak, json: values.json }),
  ];
  process.exitCode = spawnSync(process.execPath, words, { stdio: "inherit" }).status ?? 1;
}
