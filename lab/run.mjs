/** `npm run lab -- COMMAND`: real NATs, delay and loss in network namespaces of this machine. Exit 1: a goal does not hold. */
import { parseArgs } from "node:util";
import { report } from "../bench/report.mjs";
import { kinds as cutKinds } from "./cuts/kinds.mjs";
import { cutRows } from "./cuts/rows.mjs";
import { labNetwork } from "./lab-network.mjs";
import { allPairs, kinds } from "./nat/matrix.mjs";
import { natRows, shortPairs } from "./nat/rows.mjs";
import { transports } from "./nat/transports.mjs";
import { missingFor } from "./requirements.mjs";
import { restartRows } from "./restart/rows.mjs";
import { turnRows } from "./turn/rows.mjs";

const help = `npm run lab -- check [--json]   says what this machine lacks
npm run lab -- nat [--transport NAME,…] [--pair KIND:KIND,…] [--rounds N] [--short] [--json]
  every pair of NATs, 40 ms and 2 % loss on each link: how soon the first letter is confirmed, and by which road
  --short   three pairs, one round; where the machine lacks something it is skipped, by name, with exit code 0
npm run lab -- cuts [--cut NAME,…] [--count N] [--loss PERCENT] [--short] [--json]
  two nodes of the integrated transport behind NATs, 20 ms and 1 % loss on each link, writing to each other without pause, while roads,
  servers, links and addresses are cut: what was lost, what came twice, how long nothing came. 200 cuts in six networks side by side
  --loss    another share of each link's packets; the cut "nothing" cuts nothing: both show what of a gap is the network's own
  --short   20 cuts in five networks: too few to judge one kind alone; skipped as above
npm run lab -- restart [--rounds N] [--blind] [--json]
  two nodes as they are shipped, 20 ms and 1 % loss on each link; the address of one changes: how soon a data channel stands again, while
  letters flow and while nothing is said. Three networks of each side by side, four changes in each
  --blind   ablation: no node looks at its machine's addresses, and the goal does not hold
npm run lab -- turn [--json]    coturn takes what \`swarm-space infra turn-credentials\` makes, and nothing else
transports: ${Object.keys(transports).join(", ")}; kinds: ${kinds.join(", ")}
cuts: ${cutKinds.map(({ name }) => name).join(", ")}
needs root. All addresses and processes are in namespaces that it makes, and takes away, also when it is killed
exit 1: a goal does not hold; 2: the command is wrong, or the machine lacks something`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    transport: { type: "string", default: Object.keys(transports).join(",") },
    pair: { type: "string" },
    rounds: { type: "string" },
    cut: { type: "string" },
    count: { type: "string" },
    loss: { type: "string", default: "1" },
    blind: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [command = ""] = positionals;
const names = values.transport.split(",");
const cuts = values.cut?.split(",") ?? cutKinds.filter(({ isControl }) => !isControl).map(({ name }) => name);
const pairs = values.pair?.split(",").map((each) => each.split(":")) ?? (values.short ? shortPairs : allPairs());
const rounds = Number(values.rounds ?? (values.short ? 1 : command === "restart" ? 4 : 10));
const count = Number(values.count ?? (values.short ? 20 : 200));
const lossPercent = Number(values.loss);
const isSound =
  lossPercent >= 0 &&
  lossPercent < 100 &&
  cuts.every((cut) => cutKinds.some(({ name }) => name === cut)) &&
  Number.isSafeInteger(count) &&
  count >= 1 &&
  names.every((name) => Object.hasOwn(transports, name)) &&
  pairs.every((pair) => pair.length === 2 && pair.every((kind) => kinds.includes(kind))) &&
  Number.isSafeInteger(rounds) &&
  rounds >= 1;

const suites = {
  cuts: {
    title: "Two nodes that write to each other while the network between them is cut",
    missing: () => missingFor([{ needsTurn: false }]),
    rows: (o) => cutRows({ ...o, link: { delayMs: 20, lossPercent }, names: cuts, count }),
  },
  nat: {
    title: "The first confirmed letter through each pair of NATs, 40 ms and 2 % loss on each link",
    missing: () => missingFor(names.map((name) => transports[name])),
    link: { delayMs: 40, lossPercent: 2 },
    rows: (o) => natRows({ ...o, names, pairs, rounds }),
  },
  restart: {
    title: "A data channel after a change of address",
    missing: () => missingFor([{ needsTurn: false }]),
    rows: (o) => restartRows({ ...o, link: { delayMs: 20, lossPercent: 1 }, rounds, isBlind: values.blind }),
  },
  turn: {
    title: "Short-lived credentials and coturn",
    missing: () => missingFor([{ needsTurn: true }]),
    link: { delayMs: 0, lossPercent: 0 },
    rows: turnRows,
  },
};

if (values.help || !isSound || (command !== "check" && !Object.hasOwn(suites, command))) {
  console.error(help);
  process.exitCode = values.help ? 0 : 2;
} else if (command === "check") {
  const missing = missingFor([{ needsTurn: true }]);
  if (values.json) console.log(JSON.stringify({ missing, holds: missing.length === 0 }));
  else for (const { what, cure } of missing) console.log(`missing: ${what}; ${cure}`);
  if (missing.length > 0) process.exitCode = 1;
  else console.error("the lab can run here");
} else {
  const missing = suites[command].missing();
  if (missing.length === 0) await measure(suites[command]);
  else {
    for (const { what, cure } of missing) console.error(`skipped: lab ${command}: no ${what}; ${cure}`);
    if (!values.short) process.exitCode = 2;
    else if (values.json) console.log(JSON.stringify({ rows: [], holds: true, skipped: missing }));
  }
}

async function measure({ title, link, rows }) {
  const stop = new AbortController();
  const { signal } = stop;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => stop.abort());
  const progress = (text) => console.error(text);
  try {
    await using network = link && (await labNetwork({ ...link, seed: 1, signal }));
    report(await rows({ network, progress, signal }), { json: values.json, title });
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = 130;
  }
}
