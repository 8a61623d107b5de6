/** `npm run pick -- [NAME…] [--json]`: each package as a user gets it, alone in an empty folder outside of this repository. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { packAll } from "./pack-all.mjs";
import { serveScope } from "./scope-registry.mjs";
import { tryPackage } from "./try-package.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

if (values.help) {
  console.error(
    "npm run pick -- [PACKAGE…] [--json]\nexit 1: a package cannot be installed, imported or typed, or brings a foreign library",
  );
} else {
  const place = mkdtempSync(join(tmpdir(), "swarm-space-pick-"));
  try {
    tell(await rowsIn(place));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function rowsIn(place) {
  const packed = await packAll(place);
  const wanted = packed.filter(({ folder }) => positionals.length === 0 || positionals.includes(folder));
  if (wanted.length === 0)
    throw new Error(`no such package; there are ${packed.map(({ folder }) => folder).join(", ")}`);
  const registry = await serveScope(packed);
  try {
    const rows = [];
    for (const each of wanted) {
      const tried = await tryPackage(each, { place: join(place, `alone-${each.folder}`), registry: registry.url });
      rows.push(rowOf(each, tried));
      console.error(`${each.manifest.name}: ${tried.problems.length === 0 ? "well" : tried.problems.join("\n  ")}`);
    }
    return rows;
  } finally {
    await registry.close();
  }
}

function rowOf({ manifest, bytes }, { seconds, megabytes, problems }) {
  return {
    name: manifest.name,
    value: problems.length,
    unit: "problems",
    baseline: null,
    ratio: null,
    spread: 0,
    goal: "0",
    holds: problems.length === 0,
    installSeconds: Number(seconds.toFixed(1)),
    installedMB: Number(megabytes.toFixed(1)),
    packedKB: Number((bytes / 1_024).toFixed(1)),
    problems,
  };
}

function tell(rows) {
  const holds = rows.every((row) => row.holds);
  if (values.json) console.log(JSON.stringify({ rows, holds }));
  else
    for (const { name, installSeconds, installedMB, packedKB, problems } of rows) {
      console.log(`${name.padEnd(36)} ${installSeconds} s, ${installedMB} MB installed, ${packedKB} kB packed`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
  if (!holds) process.exitCode = 1;
}
