import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startHub } from "../hub.mjs";
import { labNetwork } from "../lab-network.mjs";
import { startNode } from "../node-process.mjs";

const nodeScript = fileURLToPath(new URL("node.mjs", import.meta.url));
const everyMs = 25;
/** Longer than anything here is away. */
const ttlMs = 60_000;
/** Both roads stand and are measured for so long before a cut. */
const steadyMs = 600;
const mostMs = 30_000;
/** A road that failed often is trusted again only after a while: then the other is cut as it is. */
const carriesMs = 4_000;
const lookMs = 50;

/**
 * Two nodes behind NATs, connected by both roads, and what becomes of their letters during these cuts, one after the other.
 * @param {readonly { kind: object, side: 1 | 2, holdMs: number }[]} cuts
 * @returns for each cut when it began and ended, and until when what followed it counts (wall ms); and each node's log
 */
export async function runCuts({ name, link, seed, cuts, progress, signal }) {
  await using network = await labNetwork({ ...link, name, seed, signal });
  const place = { network, hosts: { 1: 2, 2: 2 }, hub: undefined, nodes: {}, startHub: undefined };
  place.startHub = async () => {
    const hub = await startHub(network);
    place.hub = { ...hub.addresses, kill: hub.kill };
  };
  await place.startHub();
  for (const [side, where] of [
    [1, "A"],
    [2, "B"],
  ])
    place.nodes[side] = ordered(await startNode(network, where, nodeScript));
  const { nodes } = place;
  const [{ id: a }, { id: b }] = await Promise.all([1, 2].map((side) => nodes[side]("make", { addresses: place.hub })));
  const others = { 1: b, 2: a };
  await both((side) => nodes[side]("talk", { to: others[side], everyMs, ttlMs }));
  const done = [];
  for (const { kind, side, holdMs } of cuts) {
    const standing = await bothStand();
    if (done.length > 0) done.at(-1).backMs = Date.now() - done.at(-1).endedAt;
    await sleep(steadyMs);
    const from = Date.now();
    if (done.length > 0) done.at(-1).to = from;
    await kind.begin(place, side);
    await sleep(holdMs);
    await kind.end(place, side);
    const after = done.at(-1)?.kind.name;
    done.push({ kind, side, holdMs, after, ...standing, from, endedAt: Date.now(), to: 0, backMs: 0 });
    progress();
  }
  await bothStand();
  done.at(-1).backMs = Date.now() - done.at(-1).endedAt;
  await sleep(steadyMs);
  done.at(-1).to = Date.now();
  await both((side) => nodes[side]("hush"));
  const logs = await both((side) => nodes[side]("log"));
  await both((side) => nodes[side]("stop"));
  return { cuts: done, logs };

  function both(order) {
    return Promise.all([1, 2].map(order));
  }

  /** Waits, for a while at most, until both roads stand on both sides, and then a little until the data channel is the one that carries. */
  async function bothStand() {
    const found = { stood: false, carriesFrom: [false, false], roads: [] };
    for (let until = Date.now() + mostMs; Date.now() < until; await sleep(lookMs)) {
      signal.throwIfAborted();
      const told = await both((side) => nodes[side]("roads", { to: others[side] }));
      const stood = told.every(({ roads }) => roads.length === 2);
      if (stood && !found.stood) until = Date.now() + carriesMs;
      found.stood = stood;
      found.roads = told.map(({ roads }) => roads);
      found.carriesFrom = told.map(({ roads }) => stood && roads[0] === "direct");
      if (found.carriesFrom.every(Boolean)) break;
    }
    return found;
  }
}

/** An order that fails is an error here. */
export function ordered(order) {
  return async (kind, more) => {
    const answer = await order(kind, more);
    if (answer.error !== undefined) throw new Error(`${kind}: ${answer.error}`);
    return answer;
  };
}
