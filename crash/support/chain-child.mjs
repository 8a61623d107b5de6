/** The node that dies: one chain in one folder, over and over. Makes blocks with a payment each, and now and then a branch that overtakes; says what it was told is so. */
import { join } from "node:path";
import process from "node:process";
import { systemClock, systemRandom } from "@swarm-space/core";
import { levelStore } from "@swarm-space/store-level";
import { SeededRandom } from "@swarm-space/testkit";
import { openNode, payment } from "../../bench/support/chain-node.mjs";
import { chainPlay, growOn } from "./chain-forest.mjs";
import { appendLog } from "./log-file.mjs";

const { folder, life, seed } = JSON.parse(process.argv[2]);
const { rules, people } = chainPlay;
const random = new SeededRandom(`${seed}/${life}`);
const blocks = appendLog(join(folder, "blocks.log"));
const payments = appendLog(join(folder, "payments.log"));
const store = levelStore({ path: join(folder, "store") }, { clock: systemClock(), random: systemRandom() });
await store.open({ signal: AbortSignal.timeout(20_000) });
const { chain, room } = await openNode(rules, store);
const [miner, payer, rival] = people;
process.on("disconnect", () => process.exit(0));
process.send("started");

for (;;) {
  const { tip, state } = chain.position;
  const nonce = room.candidates().length === 0 ? rules.machine.standing(state, payer.account).nonce : undefined;
  if (nonce !== undefined) {
    const paid = payment(rules, payer, miner, nonce);
    if ((await room.submit(paid, true)).ok) payments.add(paid.id);
  }
  const grown = await growOn({ node: tip, state }, { by: miner, transactions: room.candidates() });
  if ((await chain.addBlock(grown.block)).ok) blocks.add(chain.tip.height, chain.tip.id);
  if (random.chance(0.2) && tip.parent !== undefined) await overtake(tip, state);
}

/** Two empty blocks beside the newest, which goes; its payment comes back to the pool. */
async function overtake(node, state) {
  let from = { node, state };
  for (let at = 0; at < 2; at++) {
    const { block, state: after } = await growOn(from, { by: rival, stepMs: 30_001 });
    if ((await chain.addBlock(block)).ok) blocks.add(chain.tip.height, chain.tip.id);
    from = { node: chain.tree.get(block.id), state: after };
  }
}
