import { readdir, stat } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's root, with a slash at its end. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** Names of the folders under packages/, in order. */
export async function packageFolders() {
  const entries = await readdir(`${root}packages`, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Imports a file of the repository. */
export function load(path) {
  return import(pathToFileURL(`${root}${path}`).href);
}

/** Every first-party plugin, from the built packages, by id. */
export async function loadPlugins() {
  const { isPlugin } = await load("packages/core/dist/index.js");
  const plugins = [];
  for (const folder of await packageFolders()) {
    if (!(await exists(`${root}packages/${folder}/src/index.ts`))) continue;
    if (!(await exists(`${root}packages/${folder}/dist/index.js`)))
      throw new Error(`packages/${folder} is not built: run \`npm run build\` first.`);
    const { default: plugin } = await load(`packages/${folder}/dist/index.js`);
    if (isPlugin(plugin)) plugins.push(plugin);
  }
  return plugins.sort((a, b) => (a.id < b.id ? -1 : 1));
}
