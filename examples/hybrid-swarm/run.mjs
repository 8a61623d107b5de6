/**
 * Three nodes of the hybrid preset and the servers they meet by, four processes. Every road between them is killed and comes back, one by
 * one; nothing is lost and nothing comes twice. `npm start` runs this until Ctrl-C.
 *
 *   --once         end by itself: exit code 0, or 1 where something did not hold
 *   --json         one object of figures on standard output, all else on standard error
 */
import process from "node:process";

if (process.features.typescript) await import("./play.mjs");
else {
  process.stderr.write(
    `This needs Node 22.18 or newer, and here is ${process.versions.node}. \`npm start\` brings its own.\n`,
  );
  process.exitCode = 1;
}
