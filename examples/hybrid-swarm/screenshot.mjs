/** `npm run screenshot`: makes the README's pictures of the table and of the page from a real run. Needs a Chromium. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../docs/pictures", import.meta.url));
const run = fileURLToPath(new URL("run.mjs", import.meta.url));
mkdirSync(folder, { recursive: true });
const { status } = spawnSync(process.execPath, [run, "--once", "--pictures", folder], { stdio: "inherit" });
process.exitCode = status ?? 1;
