import { folderOf, type House, isShipped, type Law, type Manifest, packageOf } from "./house.ts";
import { kindOf, scope } from "./packages.ts";
import { walk } from "./source.ts";

/** A law that asks its questions of every package that ships. */
function inEvery(
  judge: (folder: string, manifest: Manifest, house: House) => readonly (string | false | undefined)[],
): Law {
  return (house) =>
    [...house.manifests].flatMap(([folder, manifest]) =>
      judge(folder, manifest, house).flatMap((problem) =>
        problem ? [`packages/${folder}/package.json: ${problem}`] : [],
      ),
    );
}

/** What a stranger who installs the package relies on. */
export const manifestsAreWhole: Law = inEvery((folder, manifest) => [
  kindOf(folder) === undefined && "no row in rules/house/packages.ts",
  manifest.name !== scope + folder && `is not named ${scope}${folder}`,
  manifest.type !== "module" && "type is not module",
  manifest.license !== "MIT" && "license is not MIT",
  manifest.engines?.node !== ">=22" && "engines.node is not >=22",
  manifest.sideEffects !== false && "sideEffects is not false",
  manifest.private === true && "is private",
  !manifest.description && "has no description",
  !/^\d+\.\d+\.\d+/.test(manifest.version ?? "") && "has no version",
  !manifest.exports?.["."] && "exports no main door",
  !["dist", "src"].every((part) => manifest.files?.includes(part)) && "files lacks dist or src",
  !manifest.files?.includes("!dist/.tsbuildinfo") && "files takes the compiler's notes along",
  manifest.publishConfig?.access !== "public" && "publishConfig.access is not public",
  !manifest.keywords?.includes("swarm-space") && "keywords lacks swarm-space",
  !manifest.scripts?.build && "has no build script",
]);

/** Each door leads to a file that the build makes of a source, and tells its types first. */
export const doorsLeadSomewhere: Law = inEvery((folder, manifest, house) =>
  Object.entries(manifest.exports ?? {}).flatMap(([door, target]) => {
    if (typeof target === "string") return [/\.json$/.test(target) ? undefined : `door "${door}" tells no types`];
    const isOrdered = Object.keys(target)[0] === "types" && Object.keys(target).at(-1) === "default";
    const missing = Object.values(target).filter((file) => {
      const source = `packages/${folder}/${file.replace(/^\.\/dist\//, "src/").replace(/(\.d)?\.[tj]s$/, ".ts")}`;
      return !house.sources.some(({ path }) => path === source);
    });
    return [
      !isOrdered && `door "${door}" is not types first, default last`,
      ...missing.map((file) => `door "${door}": nothing builds ${file}`),
    ];
  }),
);

/** Versions of others are exact; of ours, what depends on a kernel shares the user's one. */
export const versionsAreSaid: Law = inEvery((folder, manifest) => {
  const kind = kindOf(folder);
  const sharesKernel = kind !== "preset" && kind !== "application";
  const inexact = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([name, range]) => !name.startsWith(scope) && !/^\d/.test(range),
  );
  return [
    sharesKernel && `${scope}core` in (manifest.dependencies ?? {}) && "takes core as dependency, not as peer",
    `${scope}core` in (manifest.peerDependencies ?? {}) &&
      !manifest.devDependencies?.[`${scope}core`] &&
      "has no development dependency on core, so it may be built before core",
    ...inexact.map(([name, range]) => `${name} ${range} is not an exact version`),
  ];
});

/** What is declared is used: by an import, or by name in a build script. */
export const dependenciesAreUsed: Law = inEvery((folder, manifest, house) => {
  const used = new Set<string>();
  for (const source of house.sources) {
    const isOwn = folderOf(source.path) === folder && !source.path.includes("/test/");
    if (!isOwn && !source.path.startsWith("scripts/")) continue;
    if (isOwn) for (const entry of source.imports) used.add(packageOf(entry.specifier));
    if (isShipped(source.path)) continue;
    walk(source.program, (node) => {
      if (node.type === "Literal" && typeof node.value === "string") used.add(packageOf(node.value));
    });
  }
  const declared = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  return declared.filter((name) => !used.has(name)).map((name) => `${name} is declared and not used`);
});

/** `tsc -b` at the root builds every package. */
export const buildKnowsAll: Law = inEvery((folder, _manifest, house) => [
  !house.references.includes(folder) && "the root tsconfig.json does not refer to it",
]);
