import { SwarmError } from "@swarm-space/core";
import { diskStore, SeededRandom, stillClock, VirtualDisk, watchedStore } from "@swarm-space/testkit";
import { openNode } from "../../bench/support/chain-node.mjs";
import { flawsOf, isActive, trusting } from "./chain-checks.mjs";
import { chainPlay, growForest } from "./chain-forest.mjs";

const clock = stillClock();
const open = (store) => openNode(chainPlay.rules, store, { verifier: trusting });

/** The flaw that the ablation plants: each operation is a batch of its own. */
function splitting(store) {
  return {
    ...store,
    namespace: (name) => store.namespace(name),
    async batch(operations, o) {
      for (const operation of operations) await store.batch([operation], o);
    },
  };
}

/** Delivers blocks; `acknowledge` hears of each tip that the node gave a good word for. */
async function deliver({ chain }, blocks, acknowledge) {
  for (const block of blocks) {
    const verdict = await chain.addBlock(block);
    if (verdict.ok) acknowledge(chain.tip);
  }
}

/** Power fails at every write of a run with reorganisations, before it and after it. */
export async function writeIndexes({ size, seed, progress, ablate = false }) {
  const { blocks, best } = await growForest(new SeededRandom(`${seed}/forest`), size);
  const wrap = ablate ? splitting : (store) => store;
  let writes = 0;
  const medium = new VirtualDisk(new SeededRandom(seed));
  const counted = watchedStore(
    diskStore({ disk: medium, clock, random: new SeededRandom(seed) }),
    async () => void writes++,
  );
  await deliver(await open(wrap(counted)), blocks, () => {});
  const found = { crashes: 0, lost: 0, acknowledgedLost: [], torn: [], stuck: [] };
  for (let death = 0; death < writes * 2; death++) {
    if (death % 50 === 0) progress(`${ablate ? "without batches, " : ""}crash ${death} of ${writes * 2}`);
    const random = new SeededRandom(`${seed}/${death}`);
    const disk = new VirtualDisk(random);
    const dead = Promise.withResolvers();
    const dying = watchedStore(diskStore({ disk, clock, random }), async (operations, index) => {
      if (index !== death >> 1) return;
      if (death % 2 === 1) disk.append(operations);
      dead.resolve();
      await new Promise(() => {});
    });
    let last;
    const run = open(wrap(dying)).then((node) => deliver(node, blocks, (tip) => (last = tip)));
    await Promise.race([run, dead.promise]);
    disk.crash("power");
    found.crashes++;
    found.lost += disk.counters.lost;
    const store = diskStore({ disk, clock, random });
    try {
      const node = await open(store);
      const flaws = await flawsOf(node.chain, store);
      if (flaws.length > 0) found.torn.push(`write ${death / 2}: ${flaws[0]}`);
      // The better chain may have been written and not yet been told of.
      const isKept = last === undefined || isActive(node.chain, last.id) || isBetter(node.chain.tip, last);
      if (!isKept) found.acknowledgedLost.push(`write ${death / 2}: ${last.height}`);
      await deliver(node, blocks, () => {});
      if (node.chain.tip.id !== best.block.id) found.stuck.push(`write ${death / 2}`);
    } catch (error) {
      found.torn.push(`write ${death / 2}: ${error.code ?? error}`);
    }
  }
  return found;
}

/** The disk is full at every write of the run, and has room again later. */
export async function fullDisks({ size, seed, progress }) {
  const { blocks, best } = await growForest(new SeededRandom(`${seed}/forest`), size);
  const found = { crashes: 0, acknowledgedLost: [], torn: [], stuck: [] };
  for (let full = 1, isReached = true; isReached; full++) {
    if (full % 50 === 0) progress(`full at write ${full}`);
    isReached = false;
    const random = new SeededRandom(`${seed}/${full}`);
    const disk = new VirtualDisk(random);
    const span = 1 + random.integer(4);
    const inner = diskStore({ disk, clock, random });
    const store = watchedStore(inner, async (_operations, index) => {
      if (index < full || index >= full + span) return;
      isReached = true;
      throw new SwarmError("STORE_FULL", "no room");
    });
    const node = await open(store);
    let last = node.chain.tip;
    await deliver(node, blocks, (tip) => (last = tip));
    // One lives on, the next dies with the disk full: both go on when there is room.
    const isDead = full % 2 === 0;
    if (isDead) disk.crash("power");
    const later = isDead ? await open(inner) : node;
    const flaws = await flawsOf(later.chain, inner);
    if (flaws.length > 0) found.torn.push(`full at ${full}: ${flaws[0]}`);
    if (!isActive(later.chain, last.id)) found.acknowledgedLost.push(`full at ${full}: ${last.height}`);
    await deliver(later, blocks, () => {});
    await later.chain.resume();
    if (later.chain.tip.id !== best.block.id) found.stuck.push(`full at ${full}`);
    if (isReached) found.crashes++;
  }
  return found;
}

function isBetter(one, other) {
  return chainPlay.rules.forkChoice.compare(one, other) > 0;
}
