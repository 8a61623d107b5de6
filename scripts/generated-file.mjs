import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./first-party.mjs";

/**
 * Writes a generated file, or with `--check` compares it with what would be written and sets the exit code to 1 where
 * they differ. `path` is seen from the repository's root.
 */
export async function writeOrCheck(path, text) {
  const file = `${root}${path}`;
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (process.argv.includes("--check")) {
    if (present === text) return console.log(`${path} is up to date`);
    console.error(
      `${path} ${present === undefined ? "is missing" : "is not what its sources say"}: run \`npm run generate\`.`,
    );
    process.exitCode = 1;
    return;
  }
  if (present === text) return console.log(`${path} is unchanged`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`${path} is written`);
}

/** True where the script at `url` was started itself, not imported. */
export function isMain(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
}
