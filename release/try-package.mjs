import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { root } from "../scripts/first-party.mjs";
import { foreignLibraries } from "./heavy-libraries.mjs";

/** What a package that is ESM alone does to `require` is meant. */
const meant = new Set(["CJSResolvesToESM"]);

/** Installs one package alone in an empty folder, and tells what a user would run into. */
export async function tryPackage({ folder, manifest, file }, { place, registry }) {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, ".npmrc"), `@swarm-space:registry=${registry}\n`);
  writeFileSync(join(place, "package.json"), JSON.stringify({ name: "a-user", private: true, type: "module" }));
  const startedAt = performance.now();
  const install = await run("npm", ["install", manifest.name, "--no-audit", "--no-fund"], place);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (install.problem !== "") return { seconds, megabytes: 0, problems: [`npm install: ${install.problem}`] };
  const doors = doorsOf(manifest);
  const isInstalled = (name) => existsSync(join(place, "node_modules", name, "package.json"));
  const problems = [
    ...(await importProblems(doors, place)),
    ...(await typeProblems(doors, "node16", place)),
    ...(await typeProblems(doors, "bundler", place)),
    ...foreignLibraries(folder, isInstalled).map((name) => `${name} is in its tree and not its business`),
    ...(await publintProblems(join(place, "node_modules", manifest.name))),
    ...(await attwProblems(file)),
  ];
  const kilobytes = Number(
    execFileSync("du", ["-sk", join(place, "node_modules")], { encoding: "utf8" }).split("\t")[0],
  );
  return { seconds, megabytes: kilobytes / 1_024, problems };
}

/** Every way in that `exports` names, but for data. */
function doorsOf({ name, exports }) {
  return Object.keys(exports)
    .filter((path) => !path.endsWith(".json"))
    .map((path) => name + path.slice(1));
}

async function importProblems(doors, place) {
  const problems = [];
  for (const door of doors) {
    const script = `const m = await import(${JSON.stringify(door)}); if (Object.keys(m).length === 0) throw new Error("it exports nothing");`;
    const { problem } = await run("node", ["--input-type=module", "-e", script], place);
    if (problem !== "") problems.push(`import of ${door}: ${problem}`);
  }
  return problems;
}

async function typeProblems(doors, resolution, place) {
  const lines = doors.map(
    (door, at) => `import * as door${at} from ${JSON.stringify(door)};\nexport const used${at} = door${at};`,
  );
  writeFileSync(join(place, "user.ts"), `${lines.join("\n")}\n`);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2023",
    lib: ["es2024", "esnext", "dom"],
    module: resolution === "node16" ? "node16" : "esnext",
    moduleResolution: resolution,
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["user.ts"] }));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { problem } = await run("node", [compiler, "-p", ".", "--pretty", "false"], place);
  return problem === "" ? [] : [`types by ${resolution}: ${problem}`];
}

async function publintProblems(pkgDir) {
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function attwProblems(file) {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(file)), {
    excludeEntrypoints: [/\.json$/],
  });
  if (analysis.types === false) return ["attw: it has no types"];
  return analysis.problems
    .filter(
      ({ kind, resolutionKind }) => !meant.has(kind) && resolutionKind !== "node10" && resolutionKind !== "node16-cjs",
    )
    .map(({ kind, entrypoint, resolutionKind }) => `attw: ${kind} ${entrypoint ?? ""} ${resolutionKind ?? ""}`.trim());
}

/** Not synchronous: the registry that npm asks lives in this process. */
async function run(program, words, cwd) {
  try {
    await promisify(execFile)(program, words, { cwd, timeout: 120_000, maxBuffer: 64 << 20 });
    return { problem: "" };
  } catch ({ message, stdout = "", stderr = "" }) {
    return { problem: `${stderr}${stdout}`.trim().split("\n").slice(-6).join(" | ") || message };
  }
}
