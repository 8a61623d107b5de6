/**
 * `npm run release:dry`: what the next release would be, from the changesets that lie here, in a copy; and that a minor of core
 * after it bumps core alone. Nothing of this repository is changed.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { packageFolders, root } from "../scripts/first-party.mjs";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

if (values.help) console.error("npm run release:dry -- [--json]\nexit 1: a minor of core bumps more than core");
else {
  const copy = mkdtempSync(join(tmpdir(), "swarm-space-release-"));
  try {
    tell(await plan(copy));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function plan(copy) {
  const folders = await packageFolders();
  copyManifests(copy, folders);
  const before = versionsIn(copy, folders);
  version(copy);
  const next = versionsIn(copy, folders);
  const logs = folders.map((folder) => changelogOf(copy, folder));
  writeFileSync(join(copy, ".changeset/a-minor-of-core.md"), '---\n"@swarm-space/core": minor\n---\n\nA new thing.\n');
  version(copy);
  const after = versionsIn(copy, folders);
  const bumped = folders.filter((_, at) => after[at] !== next[at]);
  const releases = folders.map((folder, at) => ({ name: folder, from: before[at], to: next[at], changelog: logs[at] }));
  return { releases, bumped };
}

function copyManifests(copy, folders) {
  cpSync(join(root, ".changeset"), join(copy, ".changeset"), { recursive: true });
  const { name, version: own, workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(copy, "package.json"), JSON.stringify({ name, version: own, private: true, workspaces }));
  writeFileSync(join(copy, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages: {} }));
  for (const folder of folders) {
    mkdirSync(join(copy, "packages", folder), { recursive: true });
    cpSync(join(root, "packages", folder, "package.json"), join(copy, "packages", folder, "package.json"));
    const log = join(root, "packages", folder, "CHANGELOG.md");
    if (existsSync(log)) cpSync(log, join(copy, "packages", folder, "CHANGELOG.md"));
  }
  git(copy, "init", "--quiet", "--initial-branch=main");
  git(copy, "add", ".");
  git(copy, "-c", "user.name=dry run", "-c", "user.email=dry@run", "commit", "--quiet", "--message", "as it is");
}

function git(cwd, ...words) {
  execFileSync("git", words, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

function version(copy) {
  const changeset = join(root, "node_modules", "@changesets", "cli", "bin.js");
  execFileSync(process.execPath, [changeset, "version"], { cwd: copy, stdio: ["ignore", "pipe", "pipe"] });
}

function versionsIn(copy, folders) {
  return folders.map(
    (folder) => JSON.parse(readFileSync(join(copy, "packages", folder, "package.json"), "utf8")).version,
  );
}

/** The part that is new. */
function changelogOf(copy, folder) {
  const log = join(copy, "packages", folder, "CHANGELOG.md");
  return existsSync(log) ? (readFileSync(log, "utf8").split(/^(?=## )/m)[1] ?? "").trim() : "";
}

function tell({ releases, bumped }) {
  const holds = bumped.length === 1 && bumped[0] === "core";
  const row = {
    name: "packages that a core minor bumps",
    value: bumped.length,
    unit: "packages",
    baseline: null,
    ratio: null,
    spread: 0,
    goal: "1: core alone",
    holds,
    bumped,
  };
  if (values.json) console.log(JSON.stringify({ rows: [row], releases, holds }));
  else {
    for (const { name, from, to, changelog } of releases) {
      console.log(`${name.padEnd(22)} ${from} -> ${to}`);
      for (const line of changelog.split("\n").slice(1)) if (line.trim() !== "") console.log(`    ${line}`);
    }
    console.log(`a minor of core, after that, bumps: ${bumped.join(", ")}${holds ? "" : "  DOES NOT HOLD"}`);
  }
  if (!holds) process.exitCode = 1;
}
