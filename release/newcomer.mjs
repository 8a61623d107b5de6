/**
 * `npm run newcomer`: somebody who has the guide and the packages, and nothing of this repository. Each block of
 * docs/writing-a-transport.md that names a file is written into an empty folder; its conformance suite is run, and two
 * processes talk through the new transport.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { transportChecks } from "@swarm-space/testkit/conformance";
import { root } from "../scripts/first-party.mjs";
import { packAll } from "./pack-all.mjs";
import { serveScope } from "./scope-registry.mjs";
import { Talker } from "./talker.mjs";

const run = promisify(execFile);
const guide = "docs/writing-a-transport.md";
const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

if (values.help) console.error("npm run newcomer -- [--json]\nexit 1: a step of the guide does not lead where it says");
else {
  const place = mkdtempSync(join(tmpdir(), "swarm-space-newcomer-"));
  try {
    tell(await stepsIn(place));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function stepsIn(place) {
  const home = join(place, "newcomer");
  mkdirSync(home);
  const packed = await packAll(place);
  const registry = await serveScope(packed);
  try {
    const files = writeGuide(home);
    await install(home, registry.url);
    const { passed, failed, skipped } = await conform(home);
    const receipt = await talk(home);
    const checks = transportChecks.length;
    const edits = await kernelEdits(home, packed);
    return [
      rowOf("files from the guide", files, "files", "3 or more", files >= 3),
      rowOf(
        "conformance",
        passed,
        "checks",
        `${checks}, less the skips, each explained`,
        failed === 0 && passed > 0 && passed + skipped === checks,
        {
          failed,
          skipped,
        },
      ),
      rowOf("two processes talk", 1, "confirmed letters", "1", true, { receipt }),
      rowOf("kernel edits", edits, "files", "0: the kernel is as it was packed", edits === 0),
    ];
  } finally {
    await registry.close();
  }
}

function writeGuide(home) {
  const blocks = [...readFileSync(join(root, guide), "utf8").matchAll(/^```\w+ file=([\w.-]+)\n([\s\S]*?)^```$/gm)];
  for (const [, name, text] of blocks) writeFileSync(join(home, name), text);
  console.error(`written from the guide: ${blocks.map(([, name]) => name).join(", ")}`);
  return blocks.length;
}

async function install(home, registry) {
  writeFileSync(join(home, ".npmrc"), `@swarm-space:registry=${registry}\n`);
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "newcomer", private: true, type: "module" }));
  const names = ["core", "testkit", "cli"].map((name) => `@swarm-space/${name}`);
  await run("npm", ["install", "--no-audit", "--no-fund", ...names, "zod"], { cwd: home });
  console.error("installed from packed tarballs");
}

async function conform(home) {
  const words = ["--test", "--test-reporter=tap", "conformance.test.js"];
  const { stdout } = await run("node", words, { cwd: home, maxBuffer: 64 << 20 }).catch((error) => error);
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(stdout)?.[1] ?? Number.NaN);
  const [passed, failed] = [count("pass"), count("fail")];
  // One without a reason does not count.
  const skipped = [...stdout.matchAll(/^\s*ok \d+ .* # SKIP \S/gm)].length;
  if (failed !== 0)
    for (const line of stdout.split("\n").filter((text) => /^\s*not ok/.test(text))) console.error(line);
  console.error(`conformance: ${passed} kept, ${failed} not, ${skipped} skipped`);
  return { passed, failed, skipped };
}

async function talk(home) {
  const open = (name, config) =>
    new Talker("node_modules/.bin/swarm-space", ["chat", "--name", name, "--config", config], home);
  const anna = open("anna", "swarm.config.json");
  await anna.line(/./);
  const bert = open("bert", "guest.config.json");
  try {
    await anna.line(/^\* bert is here/);
    anna.write("hello through HTTP");
    await bert.line(/^anna: hello through HTTP$/);
    const receipt = await anna.line(/confirmed by bert via http/);
    console.error(receipt);
    for (const each of [anna, bert]) each.end();
    const codes = await Promise.all([anna.exit, bert.exit]);
    if (codes.some((code) => code !== 0)) throw new Error(`they ended with ${codes.join(" and ")}`);
    return receipt;
  } finally {
    for (const each of [anna, bert]) each.kill();
  }
}

/** Files of the kernel that talked which are not as they were packed, or not there. */
async function kernelEdits(home, packed) {
  const { file } = packed.find(({ folder }) => folder === "core");
  const asPacked = join(home, "as-packed");
  mkdirSync(asPacked);
  await run("tar", ["-xzf", file, "-C", asPacked]);
  const words = ["-rq", join(asPacked, "package"), join(home, "node_modules/@swarm-space/core")];
  const { stdout } = await run("diff", words).catch((error) => (error.code === 1 ? error : {}));
  return stdout === undefined ? Number.NaN : stdout.split("\n").filter((line) => line !== "").length;
}

function rowOf(name, value, unit, goal, holds, more = {}) {
  return { name, value, unit, baseline: null, ratio: null, spread: 0, goal, holds, ...more };
}

function tell(rows) {
  const holds = rows.every((row) => row.holds);
  if (values.json) console.log(JSON.stringify({ rows, holds }));
  else
    for (const row of rows)
      console.log(
        `${row.name.padEnd(22)} ${row.value} ${row.unit}  goal ${row.goal}${row.holds ? "" : ": DOES NOT HOLD"}`,
      );
  if (!holds) process.exitCode = 1;
}
