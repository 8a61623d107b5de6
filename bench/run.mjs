import { parseArgs } from "node:util";
import { chainBackend, chainParts, chainRows } from "./chain.mjs";
import { chainRoadRows } from "./chain-roads.mjs";
import { failoverRows } from "./failover.mjs";
import { gunRows } from "./gun.mjs";
import { herdRows } from "./herd.mjs";
import { idleRows } from "./idle.mjs";
import { integratedRows } from "./integrated.mjs";
import { kernelRows } from "./kernel.mjs";
import { raceRows } from "./race.mjs";
import { report } from "./report.mjs";
import { secureBackend, secureRows } from "./secure.mjs";
import { seedTable, seedTableRows } from "./seed-table.mjs";
import { webrtcParts, webrtcRows } from "./webrtc.mjs";

const suites = {
  failover: { title: "The link that carries dies: until the next letter is confirmed", rows: failoverRows },
  chain: {
    title: "A chain beside hashing and verifying alone, and beside one that is sent as a whole",
    rows: chainRows,
    about: chainBackend,
  },
  "chain-roads": {
    title: "The same chain in two processes, by each transport alone, and while two of three die",
    rows: chainRoadRows,
  },
  gun: { title: "100 B letters by one Gun relay, beside a stock Gun client", rows: gunRows },
  herd: { title: "A relay is killed and started again: how evenly its 1,000 links come back", rows: herdRows },
  idle: { title: "A thousand connected peers that say nothing: memory for each", rows: idleRows },
  integrated: {
    title:
      "From a node's start to its first confirmed letter, by who found the other; and from a road's death to the next letter",
    rows: integratedRows,
  },
  kernel: { title: "Two kernels on the memory transport, 100 B letters", rows: kernelRows },
  race: { title: "Four direct ways of 50 ms, the best two black holes", rows: raceRows },
  secure: {
    title: "Sealed letters beside codec and sealing alone, and beside a raw WebSocket",
    rows: secureRows,
    about: secureBackend,
  },
  "seed-table": {
    title: "The seed's table of performance: in each cell what is measured here, and what the seed says",
    rows: seedTableRows,
    table: seedTable,
  },
  webrtc: { title: "Letters over WebRTC beside raw data channels, Node to Node and page to Node", rows: webrtcRows },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    short: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
if (values.help || suite === undefined) {
  console.error(
    `npm run bench -- SUITE [--json] [--only PART,…] [--short]\nsuites: ${Object.keys(suites).join(", ")}
--only, webrtc: ${webrtcParts.join(", ")}; chain: ${chainParts.join(", ")}
--short, chain-roads alone: one death of two transports, and few blocks\nexit 1: a goal does not hold`,
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  const only = values.only?.split(",");
  const rows = await suite.rows({ progress: (text) => console.error(text), only, isShort: values.short });
  if (suite.table && !values.json) console.log(`${suite.table(rows)}\n`);
  report(rows, { json: values.json, title: suite.title, about: suite.about });
}
