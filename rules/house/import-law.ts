import { builtinModules } from "node:module";
import { dirname, join } from "node:path/posix";
import { folderOf, type House, isShipped, isTest, type Law, type Manifest, packageOf } from "./house.ts";
import { kindOf, libraryHomes, mayImport, scope } from "./packages.ts";
import type { Import, Source } from "./source.ts";

type Judge = (house: House, source: Source, entry: Import) => string | undefined;

const codecLibraries = /^(zod|cborg|@noble\/[a-z-]+|@scure\/[a-z-]+|@hpke\/[a-z0-9-]+)$/;
const testLibraries = /^(vitest|fast-check|chai|@vitest\/.*)$/;
const pureFile = /(^|[/-])(policy|fork-choice|codec|backoff)\.ts$/;
const impureNames = ["Clock", "Random", "EventBus", "EventEmitter"];

/** A law that asks one question of every import. */
function judged(judge: Judge): Law {
  return (house) =>
    house.sources.flatMap((source) =>
      source.imports.flatMap((entry) => {
        const problem = judge(house, source, entry);
        return problem ? [`${source.path}:${entry.line}: ${problem}`] : [];
      }),
    );
}

/** Where a relative import leads, from the root. */
function targetOf(source: Source, entry: Import): string {
  return entry.specifier.startsWith(".") ? join(dirname(source.path), entry.specifier) : "";
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

/** `core/src/ports` imports itself, and the types of zod. */
export const portsStandAlone: Law = judged((_house, source, entry) => {
  if (!source.path.startsWith("packages/core/src/ports/")) return undefined;
  if (targetOf(source, entry).startsWith("packages/core/src/ports/")) return undefined;
  if (packageOf(entry.specifier) === "zod" && entry.isType) return undefined;
  return `ports import only ports and zod's types, not ${entry.specifier}`;
});

/** `core/src/messaging`, `core/src/security` and `core/src/door` import each other, ports, errors and codec libraries. */
export const roomsKnowNoAssembly: Law = judged((_house, source, entry) => {
  if (!/^packages\/core\/src\/(messaging|security|door)\//.test(source.path)) return undefined;
  if (/^packages\/core\/src\/(messaging|security|door|ports|errors)\//.test(targetOf(source, entry))) return undefined;
  if (codecLibraries.test(packageOf(entry.specifier))) return undefined;
  return `messaging, security and door import ports, errors and codec libraries, not ${entry.specifier}`;
});

/** `node:*` stands in `core/src/node` alone, as far as core goes. */
export const coreRunsAnywhere: Law = judged((_house, source, entry) => {
  const isNodeRoom = source.path.startsWith("packages/core/src/node/");
  if (!source.path.startsWith("packages/core/src/") || isNodeRoom) return undefined;
  if (isBuiltin(entry.specifier)) return `only core/src/node imports ${entry.specifier}`;
  const leadsToNode = targetOf(source, entry).startsWith("packages/core/src/node/");
  return leadsToNode ? "core must load without its node room" : undefined;
});

/** Which packages know which: plugins never each other, core none, tests of core no plugin. */
export const packagesKeepApart: Law = judged((_house, source, entry) => {
  const name = packageOf(entry.specifier);
  const folder = folderOf(source.path);
  if (!name.startsWith(scope) || folder === "") return undefined;
  const target = name.slice(scope.length);
  if (!isShipped(source.path)) {
    const isCoresTest = folder === "core" && kindOf(target) !== "kernel" && kindOf(target) !== "testkit";
    return isCoresTest ? `core is tested without ${name}` : undefined;
  }
  const kind = kindOf(folder);
  if (kind === undefined) return `packages/${folder} has no row in rules/house/packages.ts`;
  return mayImport(kind, target) ? undefined : `a ${kind} does not import ${name}`;
});

/** Who attacks, fuzzes, measures or judges the house from inside its own tree goes where no door leads. */
const workshop = /^(rules|attack|fuzz|bench|sim|crash|conformance|lab)\//;

/** Nobody walks into another package's rooms: only doors that its `exports` names. */
export const onlyPublicDoors: Law = judged((house, source, entry) => {
  const name = packageOf(entry.specifier);
  if (entry.specifier.startsWith(".")) {
    const from = folderOf(source.path);
    const to = folderOf(`${targetOf(source, entry)}/`);
    return to !== "" && to !== from && !workshop.test(source.path)
      ? `${entry.specifier} leads into packages/${to}`
      : undefined;
  }
  if (!name.startsWith(scope)) return undefined;
  const manifest = house.manifests.get(name.slice(scope.length));
  if (!manifest) return `there is no package ${name}`;
  const door = `.${entry.specifier.slice(name.length)}`;
  return door in (manifest.exports ?? {}) ? undefined : `${name} has no door "${door}" in its exports`;
});

/** A heavy library is touched in one place. */
export const librariesHaveOneHome: Law = judged((_house, source, entry) => {
  if (!isShipped(source.path)) return undefined;
  const found = libraryHomes.find(({ library }) => library.test(packageOf(entry.specifier)));
  return found && !new RegExp(`^${found.home}`).test(source.path)
    ? `${entry.specifier} is touched in ${found.home} alone`
    : undefined;
});

/** What ships needs no test library; the testkit gets its runner handed in. */
export const noTestLibraryShips: Law = judged((_house, source, entry) =>
  isShipped(source.path) && testLibraries.test(packageOf(entry.specifier))
    ? `${entry.specifier} is for tests`
    : undefined,
);

/** Policy, fork choice, codec and backoff decide by what they are given. */
export const pureFilesStayPure: Law = judged((_house, source, entry) => {
  if (!isShipped(source.path) || !pureFile.test(source.path)) return undefined;
  if (/^(node:)?(timers|events|perf_hooks)(\/|$)/.test(entry.specifier))
    return `a pure file imports ${entry.specifier}`;
  const impure = entry.names.find((name) => impureNames.includes(name));
  return impure ? `a pure file imports ${impure}` : undefined;
});

/** Every import is declared by its own package; tests may also use the root's development dependencies. */
export const importsAreDeclared: Law = judged((house, source, entry) => {
  const name = packageOf(entry.specifier);
  const manifest = house.manifests.get(folderOf(source.path));
  if (!manifest || name === "" || isBuiltin(entry.specifier) || name === manifest.name) return undefined;
  const isForTests = !isShipped(source.path) && (isTest(source.path) || !source.path.includes("/bin/"));
  const declared = isForTests
    ? { ...house.rootManifest.devDependencies, ...declaredBy(manifest), ...manifest.devDependencies }
    : declaredBy(manifest);
  const isOwnScope = isForTests && name.startsWith(scope);
  return name in declared || isOwnScope ? undefined : `${name} is not in the package's dependencies`;
});

function declaredBy(manifest: Manifest): Readonly<Record<string, string>> {
  return { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
}
