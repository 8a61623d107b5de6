/** Runs seeds one after the other in a process of its own, so that what escapes is this seed's alone. */
import process from "node:process";
import { plants } from "./planted.ts";
import { runSeed } from "./seed.ts";

const load = (path) => import(`../packages/core/dist/${path}.js`);

process.on("message", async (task) => {
  const undo = await plants.find(({ name }) => name === task.plant)?.plant(load);
  const report = await runSeed({ seed: task.seed, crypto: task.crypto, trace: task.trace });
  undo?.();
  process.send?.({ ...report, task });
});
process.on("disconnect", () => process.exit());
