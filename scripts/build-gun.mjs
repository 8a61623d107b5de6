// Makes packages/gun-driver/src/generated/gun-factory.ts from the installed gun/gun.js: the same code, within a
// function, so that each instance has its own timers, console and globals and can end wholly.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const driver = fileURLToPath(new URL("../packages/gun-driver/", import.meta.url));
export const factoryFile = join(driver, "src/generated/gun-factory.ts");

/** What gun.js would otherwise take from the process. Those the engine does not hand in are undefined. */
const globals = [
  "setTimeout",
  "clearTimeout",
  "setImmediate",
  "performance",
  "console",
  "Date",
  "Math",
  "String",
  "Object",
  "MessageChannel",
  "window",
  "document",
  "navigator",
  "localStorage",
  "process",
  "global",
  "require",
];

/** The installed gun.js, its version and its licence. */
export function readInstalledGun() {
  const root = dirname(createRequire(join(driver, "package.json")).resolve("gun/package.json"));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    version,
    source: readFileSync(join(root, "gun.js"), "utf8"),
    licence: readFileSync(join(root, "LICENSE.md"), "utf8"),
  };
}

/** The text of the factory module. Pure. */
export function makeFactory({ version, source, licence }) {
  // The second half of the file patches a global Gun of old applications: there is none here.
  const [engine, ...rest] = source.split("/* BELOW IS TEMPORARY FOR OLD INTERNAL COMPATIBILITY");
  if (rest.length !== 1) throw new Error(`gun ${version}: the file is not cut where it was; look at it anew`);
  // MIT is chosen of the three licences gun offers; its notice goes with the code.
  const [notice] = licence.split("---");
  return [
    "// @ts-nocheck",
    `// Generated from gun ${version} by scripts/build-gun.mjs. Do not edit.`,
    "/*",
    notice.trim(),
    "*/",
    "/** A fresh Gun constructor with the given globals; nothing is shared with another one. */",
    "export function makeGun(globals: Record<string, unknown>): any {",
    "  const module = { exports: {} };",
    `  const { ${globals.join(", ")} } = globals;`,
    engine.trimEnd(),
    "  return module.exports;",
    "}",
    "",
  ].join("\n");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(dirname(factoryFile), { recursive: true });
  writeFileSync(factoryFile, makeFactory(readInstalledGun()));
}
