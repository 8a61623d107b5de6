import { readFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

const conditions: readonly string[] = Object.freeze(["node", "import", "module-sync", "default"]);

/**
 * The file that `import specifier` means as seen from `place`: upwards through `node_modules`, then by the package's
 * `exports` or `main`. Node resolves by the "import" condition for its own modules only, hence this.
 * Source: nodejs.org, "Modules: ECMAScript modules", resolution algorithm. Undefined: not found.
 */
export async function findPackageFile(specifier: string, place: string): Promise<string | undefined> {
  const [name, subpath] = splitName(specifier);
  for (let folder = place; ; folder = dirname(folder)) {
    const root = join(folder, "node_modules", name);
    const described = await readPackage(root);
    if (described !== undefined) return within(root, targetOf(described, subpath));
    if (dirname(folder) === folder) return undefined;
  }
}

function splitName(specifier: string): readonly [string, string] {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  return [parts.slice(0, length).join("/"), [".", ...parts.slice(length)].join("/")];
}

async function readPackage(root: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return toRecord(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  } catch {
    return undefined; // no package here, or none that can be read
  }
}

function targetOf(described: Readonly<Record<string, unknown>>, subpath: string): string | undefined {
  const exported = described["exports"];
  if (exported === undefined || exported === null) {
    const main = described["main"];
    return subpath !== "." ? subpath : typeof main === "string" ? main : "index.js";
  }
  const paths = toRecord(exported);
  const hasPaths = Object.keys(paths).some((key) => key.startsWith("."));
  if (!hasPaths) return subpath === "." ? pick(exported) : undefined;
  if (Object.hasOwn(paths, subpath)) return pick(paths[subpath]);
  return matchPattern(paths, subpath);
}

/** `"./plugins/*": "./dist/*.js"`: the longest pattern wins. */
function matchPattern(paths: Readonly<Record<string, unknown>>, subpath: string): string | undefined {
  const patterns = Object.keys(paths)
    .filter((key) => key.includes("*"))
    .toSorted((a, b) => b.length - a.length);
  for (const pattern of patterns) {
    const [head = "", tail = ""] = pattern.split("*");
    if (subpath.length < head.length + tail.length || !subpath.startsWith(head) || !subpath.endsWith(tail)) continue;
    return pick(paths[pattern])?.replaceAll("*", subpath.slice(head.length, subpath.length - tail.length));
  }
  return undefined;
}

/** The first condition, in the author's order, that holds. */
function pick(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(pick).find((each) => each !== undefined);
  const fitting = Object.entries(toRecord(target)).filter(([condition]) => conditions.includes(condition));
  return fitting.map(([, inner]) => pick(inner)).find((each) => each !== undefined);
}

/** A package may only name files of its own. */
function within(root: string, target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const file = resolve(root, target);
  return file.startsWith(root + sep) ? file : undefined;
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
