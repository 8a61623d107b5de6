import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SwarmError } from "../errors/index.ts";

const names = Object.freeze(["swarm.config.ts", "swarm.config.js", "swarm.config.mjs", "swarm.config.json"]);

/**
 * The configuration file of a folder: `swarm.config.ts`, `.js`, `.mjs` or `.json`.
 * @throws SwarmError `CONFIG_NOT_FOUND`; `CONFIG_UNREADABLE` where there are several, for only one can be meant
 */
export async function findConfigFile(dir: string): Promise<string> {
  const paths = names.map((name) => join(resolve(dir), name));
  const isFile = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  const [first, ...more] = paths.filter((_, index) => isFile[index]);
  if (first === undefined) {
    throw new SwarmError("CONFIG_NOT_FOUND", `No ${names.join(", ")} in ${resolve(dir)}.`, {
      detail: { dir: resolve(dir) },
    });
  }
  if (more.length > 0) {
    throw new SwarmError("CONFIG_UNREADABLE", `Several configuration files: ${[first, ...more].join(", ")}.`, {
      cure: "Name the one that is meant, or remove the others.",
    });
  }
  return first;
}
