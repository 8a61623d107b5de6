import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { kinds } from "../cuts/kinds.mjs";
import { ordered } from "../cuts/place.mjs";
import { startHub } from "../hub.mjs";
import { labNetwork } from "../lab-network.mjs";
import { startNode } from "../node-process.mjs";

const nodeScript = fileURLToPath(new URL("../cuts/node.mjs", import.meta.url));
const addressChange = kinds.find(({ name }) => name === "address-changed");
const everyMs = 25;
const ttlMs = 60_000;
const hourMs = 3_600_000;
/** Longer than two who dial at once are told apart by, so that each change is one by itself. */
const steadyMs = 17_000;
/** How long a change is looked at. */
const watchedMs = 12_000;
const mostMs = 30_000;

/**
 * Two nodes as they are shipped, behind NATs, and one whose address changes again and again.
 * @param o.talks whether they write to each other meanwhile @param o.isBlind neither looks at its addresses
 * @returns for each change how long, in milliseconds, there was no data channel, and each node's log
 */
export async function runChanges({ name, link, seed, rounds, talks, isBlind, progress, signal }) {
  await using network = await labNetwork({ ...link, name, seed, signal });
  const place = { network, hosts: { 1: 2, 2: 2 } };
  const hub = await startHub(network);
  const nodes = [];
  for (const where of ["A", "B"]) nodes.push(ordered(await startNode(network, where, nodeScript)));
  const each = (order) => Promise.all(nodes.map(order));
  const ids = await each((node) => node("make", { addresses: hub.addresses, asShipped: true, isBlind }));
  const other = (at) => ids[1 - at].id;
  await each((node, at) => node("talk", { to: other(at), everyMs: talks ? everyMs : hourMs, ttlMs }));
  const changes = [];
  for (let round = 0; round < rounds; round += 1) {
    const side = 1 + (round % 2);
    const stood = await bothDirect();
    await sleep(steadyMs);
    const at = Date.now();
    await addressChange.begin(place, side);
    await sleep(watchedMs);
    changes.push({ at, stood });
    progress();
  }
  await bothDirect();
  await each((node) => node("hush"));
  const logs = await each((node) => node("log"));
  await each((node) => node("stop"));
  return { logs, backMs: changes.map(({ at, stood }) => (stood ? backMs(logs, at) : watchedMs)) };

  /** Whether a data channel stood on both sides before the time was over. */
  async function bothDirect() {
    for (const until = Date.now() + mostMs; Date.now() < until; await sleep(100)) {
      signal.throwIfAborted();
      const told = await each((node, at) => node("roads", { to: other(at) }));
      if (told.every(({ roads }) => roads.includes("direct"))) return true;
    }
    return false;
  }
}

/** From the change until a new data channel stood on both sides and none of them was without one any more. */
function backMs(logs, from) {
  return Math.max(...logs.map(({ changes }) => sideBackMs(changes, from)));
}

function sideBackMs(changes, from) {
  let standing = changes.filter(({ at }) => at < from).reduce((sum, { by }) => sum + by, 0);
  let back = watchedMs;
  let isNew = false;
  for (const { at, by } of changes.filter((each) => each.at >= from && each.at < from + watchedMs)) {
    if (by > 0 && (!isNew || standing === 0)) back = at - from;
    isNew ||= by > 0;
    standing += by;
    if (standing === 0) back = watchedMs;
  }
  return back;
}
