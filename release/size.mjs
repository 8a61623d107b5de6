/** `npm run size -- [--json]`: what each package weighs in a page: bundled, minified, gzip; ours and libraries apart. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { packageFolders, root } from "../scripts/first-party.mjs";
import { bundleSize, kB } from "./bundle-size.mjs";
import { pageSize } from "./page-size.mjs";

/** Of our own code, in bytes. */
const budgets = { core: 20 * kB, plugin: 8 * kB };
/** What each weighs today, in bytes: who makes it heavier raises the figure, so that a review sees it. */
const weights = JSON.parse(readFileSync(new URL("weights.json", import.meta.url), "utf8"));
/** Two builds of one source differ by a few bytes; a change worth a look does not. */
const slack = 1.01;
/** Doors beside a package's own that a page may take, so that nothing leaves the measure by one. They hold what several share: no budget. */
const otherDoors = { core: ["./medium", "./config"], "gun-driver": ["./road"] };
/** Libraries that plugins stand on: no plugins, no budget. Those of Node alone weigh nothing in a page. */
const withoutBudget = new Set(["gun-driver", "webrtc-driver", "webtorrent-driver", "testkit", "hybrid"]);
const ofNodeAlone = new Set(["cli", "store-level"]);

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    kept: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help)
  console.error(
    "npm run size -- [--json] [--kept]\nexit 1: our own code is over its budget; with --kept: over what release/weights.json says",
  );
else tell(await rows());

async function rows() {
  const all = [];
  for (const folder of await packageFolders()) {
    const entry = entryOf(folder, ".");
    if (ofNodeAlone.has(folder) || !existsSync(entry)) continue;
    const { ours, libraries, whole } = await bundleSize(entry);
    const most = values.kept ? keptWeight(folder) : budgetOf(folder);
    all.push(
      rowOf(`${folder}: ours`, ours, most),
      rowOf(`${folder}: libraries`, libraries),
      rowOf(`${folder}: whole`, whole),
    );
    for (const door of otherDoors[folder] ?? []) {
      const name = join(folder, door);
      const { ours } = await bundleSize(entryOf(folder, door));
      all.push(rowOf(`${name}: ours`, ours, values.kept ? keptWeight(name) : undefined));
    }
  }
  if (!values.kept) all.push(rowOf("browser-chat: page", await pageSize()));
  return all;
}

/** What a page loads by one of a package's doors. */
function entryOf(folder, door) {
  const { exports } = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
  const { browser, default: file } = exports[door];
  return join(root, "packages", folder, browser ?? file);
}

function budgetOf(folder) {
  return withoutBudget.has(folder) ? undefined : (budgets[folder] ?? budgets.plugin);
}

/** A package that is not listed has no weight yet: 0, so that it gets one. */
function keptWeight(folder) {
  return Math.round((weights[folder] ?? 0) * slack);
}

function rowOf(name, bytes, most) {
  return {
    name,
    value: Number((bytes / kB).toFixed(1)),
    unit: "kB gzip",
    baseline: null,
    ratio: null,
    spread: 0,
    goal: most === undefined ? null : `<= ${most / kB} kB`,
    holds: most === undefined || bytes <= most,
  };
}

function tell(all) {
  const holds = all.every((row) => row.holds);
  if (values.json) console.log(JSON.stringify({ rows: all, holds }));
  else
    for (const { name, value, goal, holds: isWithin } of all)
      console.log(
        `${name.padEnd(34)} ${String(value).padStart(7)} kB${goal ? `  ${goal}${isWithin ? "" : ": DOES NOT HOLD"}` : ""}`,
      );
  if (!holds) process.exitCode = 1;
}
