import { parseArgs } from "node:util";
import { report } from "../bench/report.mjs";
import { floodRows, floods } from "./flood/rows.mjs";
import { nameParts, nameRows } from "./names/rows.mjs";
import { relayParts, relayRows } from "./relay/rows.mjs";

const suites = {
  relay: { title: "A hostile relay between two nodes over Gun", rows: relayRows, parts: relayParts },
  names: { title: "Names of prototypes, at a Gun relay and a client", rows: nameRows, parts: nameParts },
  flood: {
    title: "Floods against one node over TCP, beside an honest peer",
    rows: floodRows,
    parts: Object.keys(floods),
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const [name = "relay"] = positionals;
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
const only = values.only?.split(",") ?? suite?.parts ?? [];
const unknown = only.filter((each) => !suite?.parts?.includes(each));
if (values.help || suite === undefined || unknown.length > 0) {
  console.error(
    `npm run attack -- [SUITE] [--only PART,…] [--json]\nsuites: ${Object.entries(suites)
      .map(([each, { parts }]) => `${each} (${parts.join(", ")})`)
      .join("; ")}\nexit 1: a goal does not hold`,
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = await suite.rows({ progress: (text) => console.error(text), only });
  report(rows, { json: values.json, title: suite.title });
}
