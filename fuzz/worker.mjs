/** One decoder's campaign in a thread of its own, so that one that never ends can be ended. */
import { parentPort, workerData } from "node:worker_threads";
import { runCampaign } from "./campaign.mjs";
import { readCorpus } from "./corpus.mjs";
import { refusals } from "./decoders/index.mjs";
import { loadBuilt } from "./load-built.mjs";

const { name, file, execs, seed, shared } = workerData;
const { houseDecoders } = await import(file);
const { SeededRandom } = await loadBuilt("testkit", "random/seeded-random");
const decoder = (await houseDecoders(loadBuilt)).find((each) => each.name === name);
const state = new Int32Array(shared, 0, 2);
const input = new Uint8Array(shared, 8);

const result = await runCampaign(decoder, {
  execs,
  random: new SeededRandom(`${seed}/${name}`),
  corpus: readCorpus(name),
  isRefusal: await refusals(loadBuilt),
  onTry(bytes) {
    state[1] = Math.min(bytes.length, input.length);
    input.set(bytes.subarray(0, input.length));
    state[0]++;
  },
});
parentPort.postMessage(result);
