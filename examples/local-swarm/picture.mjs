/** `npm run picture`: makes docs/pictures/local-swarm.svg from a real run of the demonstration. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { drawTrace } from "./picture-svg.ts";

const picture = fileURLToPath(new URL("../../docs/pictures/local-swarm.svg", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "swarm-space-picture-"));
try {
  const trace = join(folder, "trace.json");
  const run = fileURLToPath(new URL("run.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [run, "--once", "--trace", trace], { stdio: "inherit" });
  if (status === 0) {
    mkdirSync(dirname(picture), { recursive: true });
    writeFileSync(picture, drawTrace(JSON.parse(readFileSync(trace, "utf8"))));
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
