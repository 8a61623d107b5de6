import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { kernelChainStore } from "@swarm-space/chain-sync";
import { systemClock, systemRandom } from "@swarm-space/core";
import { levelStore } from "@swarm-space/store-level";
import { SeededRandom } from "@swarm-space/testkit";
import { openNode } from "../../bench/support/chain-node.mjs";
import { flawsOf, isActive } from "./chain-checks.mjs";
import { chainPlay } from "./chain-forest.mjs";
import { readLog } from "./log-file.mjs";

const childPath = fileURLToPath(new URL("./chain-child.mjs", import.meta.url));

/** Kills a process that makes blocks, again and again; after each death its folder is opened and read through. */
export async function killings({ kills, seed, progress }) {
  const folder = await mkdtemp(join(tmpdir(), "swarm-crash-"));
  const random = new SeededRandom(`${seed}/kills`);
  const found = { kills: 0, blocks: 0, transactions: 0, acknowledgedLost: [], torn: [], stuck: [] };
  try {
    for (let life = 1; life <= kills; life++) {
      progress(`kill ${life} of ${kills}`);
      const child = fork(childPath, [JSON.stringify({ folder, life, seed })], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      const ended = once(child, "exit");
      // Every fifth dies while it opens the store, or soon after.
      if (life % 5 === 4) await wait(100 + random.float() * 200);
      else {
        const outcome = await Promise.race([once(child, "message").then(() => "started"), ended.then(() => "ended")]);
        if (outcome === "ended") throw new Error("the node ended by itself");
        await wait(random.float() * 120);
      }
      child.kill("SIGKILL");
      await ended;
      found.kills++;
      await judge(folder, life, found);
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function judge(folder, life, found) {
  const { rules } = chainPlay;
  const store = levelStore({ path: join(folder, "store") }, { clock: systemClock(), random: systemRandom() });
  await store.open({ signal: AbortSignal.timeout(20_000) });
  try {
    const { chain, pool } = await openNode(rules, store);
    for (const flaw of await flawsOf(chain, store)) found.torn.push(`kill ${life}: ${flaw}`);
    const [blocks, payments] = ["blocks.log", "payments.log"].map((name) => readLog(join(folder, name)));
    found.blocks = blocks.length;
    found.transactions = payments.length;
    const last = blocks.at(-1)?.[1];
    const node = last === undefined ? chain.tree.genesis : chain.tree.get(last);
    const isKept = node !== undefined && (isActive(chain, node.id) || rules.forkChoice.compare(chain.tip, node) > 0);
    if (!isKept) found.acknowledgedLost.push(`kill ${life}: block ${last}`);
    const ids = await includedIds(chain, kernelChainStore(store, rules.genesis.block.id));
    for (const [id] of payments) {
      if (!ids.has(id) && pool.get(id) === undefined) found.acknowledgedLost.push(`kill ${life}: payment ${id}`);
    }
  } catch (error) {
    found.torn.push(`kill ${life}: ${error.code ?? error}`);
  } finally {
    await store.close();
  }
}

async function includedIds(chain, kept) {
  const ids = new Set();
  for (let at = chain.tip; at.parent !== undefined; at = at.parent) {
    for (const { id } of (await kept.body(at)) ?? []) ids.add(id);
  }
  return ids;
}
