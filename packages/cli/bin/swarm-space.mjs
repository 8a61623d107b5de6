#!/usr/bin/env node
// Committed, and written for any Node: npm links a command at install, before anything is built.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const oldest = 22;
const here = fileURLToPath(import.meta.url);
const home = dirname(dirname(here));
const workspace = findWorkspace();

if (Number(process.versions.node.split(".")[0]) < oldest) runOnNewerNode();
else if (isBuilt() || build()) await import(pathToFileURL(join(home, "dist", "main.js")).href);

/** The repository's root, where this package lies in one. */
function findWorkspace() {
  const root = dirname(dirname(home));
  try {
    const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return name === "swarm-space" ? root : undefined;
  } catch {
    return undefined;
  }
}

/** The compiler writes its build information last, so a build that another process has begun does not count yet. */
function isBuilt() {
  const files = workspace === undefined ? ["main.js"] : ["main.js", ".tsbuildinfo"];
  return files.every((file) => existsSync(join(home, "dist", file)));
}

function build() {
  const compiler = workspace && join(workspace, "node_modules", "typescript", "bin", "tsc");
  if (compiler && existsSync(compiler)) {
    process.stderr.write("swarm-space: building, once …\n");
    const { status } = spawnSync(process.execPath, [compiler, "-b"], { cwd: workspace, stdio: ["ignore", 2, 2] });
    if (status === 0 && isBuilt()) return true;
  }
  fail("swarm-space is not built.", "Build first: npm run build");
  return false;
}

function runOnNewerNode() {
  const names = ["node_modules/node/bin/node", "node_modules/node/bin/node.exe"];
  const node = workspace && names.map((name) => join(workspace, name)).find((file) => existsSync(file));
  // The mark keeps a Node that is old in spite of its place from starting itself without end.
  if (!node || process.env["SWARM_SPACE_NODE"] === node) {
    fail(`swarm-space needs Node ${oldest} or newer; this is ${process.versions.node}.`, "Update Node.");
    return;
  }
  const environment = { ...process.env, SWARM_SPACE_NODE: node };
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: "inherit", env: environment });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`Node at ${node} does not start: ${error.message}`, "Run `npm ci` again."));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

function fail(what, cure) {
  process.stderr.write(`${what}\n  ${cure}\n`);
  process.exitCode = 1;
}
