/** Reads a folder whenever it is told to, and says what came of it. */
import process from "node:process";
import { SeededRandom } from "@swarm-space/testkit";
import { readFolder } from "./chain-folder.mjs";
import { growForest } from "./chain-forest.mjs";

const { path, forestSeed, size } = JSON.parse(process.argv[2]);
const forest = growForest(new SeededRandom(forestSeed), size);
process.on("message", async () => {
  const { blocks, best } = await forest;
  process.send(await readFolder(path, { known: new Set(blocks.map(({ id }) => id)), best: best.block.id }));
});
process.on("disconnect", () => process.exit(0));
