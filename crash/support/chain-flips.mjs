import { fork } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "@swarm-space/testkit";
import { fillFolder } from "./chain-folder.mjs";
import { growForest } from "./chain-forest.mjs";

const readerPath = fileURLToPath(new URL("./chain-reader.mjs", import.meta.url));
const size = 24;

/**
 * Turns one bit of LevelDB's files, over and over, and reads all that the node would serve from them. In a process beside this one: some bits make
 * LevelDB itself end its process.
 */
export async function bitFlips({ flips, seed, progress }) {
  const folder = await mkdtemp(join(tmpdir(), "swarm-flip-"));
  const random = new SeededRandom(`${seed}/flips`);
  let reader;
  const found = { flips: 0, refused: 0, harmless: 0, shortened: 0, ended: 0, corruptServed: [] };
  try {
    const forestSeed = `${seed}/flipped`;
    const { blocks } = await growForest(new SeededRandom(forestSeed), size);
    const [whole, spoiled] = [join(folder, "whole"), join(folder, "spoiled")];
    // Half of it in tables, half in the log.
    for (const part of [blocks.slice(0, size / 2), blocks.slice(size / 2)]) await fillFolder(whole, part);
    const files = (await readdir(whole)).filter((name) => /^(CURRENT|MANIFEST-.*|.*\.ldb|.*\.log)$/.test(name));
    const contents = await Promise.all(files.map(async (name) => [name, await readFile(join(whole, name))]));
    const filled = contents.filter(([, bytes]) => bytes.length > 0);
    for (let flip = 0; flip < flips; flip++) {
      if (flip % 100 === 0) progress(`flip ${flip} of ${flips}`);
      await rm(spoiled, { recursive: true, force: true });
      await cp(whole, spoiled, { recursive: true });
      const [name, bytes] = filled[random.integer(filled.length)];
      const place = random.integer(bytes.length);
      const turned = Buffer.from(bytes);
      turned[place] ^= 1 << random.integer(8);
      await writeFile(join(spoiled, name), turned);
      found.flips++;
      reader ??= openReader({ path: spoiled, forestSeed, size });
      const outcome = await reader.read();
      if (outcome.word === "ended") reader = undefined;
      if (outcome.word === "corrupt") found.corruptServed.push(`${name} at ${place}: ${outcome.what}`);
      else found[outcome.word]++;
    }
    return found;
  } finally {
    reader?.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process that reads a folder whenever it is asked. */
function openReader(facts) {
  const child = fork(readerPath, [JSON.stringify(facts)], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  let answer = () => {};
  child.on("message", (said) => answer(said));
  child.once("exit", () => answer({ word: "ended" }));
  return {
    kill: () => child.kill(),
    read: () =>
      new Promise((resolve) => {
        answer = resolve;
        child.send("read");
      }),
  };
}
