/** `npm run build`: every package in the order of its dependencies. Speaks on stderr alone, so that `--json` of what follows stays clean. */
import process from "node:process";
import { run } from "./run.mjs";

const words = ["run", "build", "--output-logs=errors-only", "--ui=stream", ...process.argv.slice(2)];
process.exitCode = run("turbo", words, { stdio: ["ignore", 2, 2] });
