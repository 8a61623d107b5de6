import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

const mostNames = 2000;

/**
 * Names that a plugin of a configuration in `dir` could have: what the nearest package.json depends on, and the
 * installed packages of `@swarm-space`. For hints alone; never throws.
 */
export async function installedPlugins(dir: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    for (const name of await dependencies(folder)) names.add(name);
    for (const name of await readdir(join(folder, "node_modules", "@swarm-space")).catch(() => []))
      names.add(`@swarm-space/${name}`);
    if (dirname(folder) === folder) return [...names].slice(0, mostNames);
  }
}

async function dependencies(folder: string): Promise<readonly string[]> {
  try {
    const described: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    if (typeof described !== "object" || described === null || !("dependencies" in described)) return [];
    return Object.keys(Object(described.dependencies));
  } catch {
    return []; // no package.json here, or none that can be read
  }
}
