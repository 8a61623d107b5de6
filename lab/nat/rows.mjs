import { fileURLToPath } from "node:url";
import { percentile, row } from "../../bench/report.mjs";
import { startHub } from "../hub.mjs";
import { startNode } from "../node-process.mjs";
import { startTurn } from "../turn/server.mjs";
import { limitOf, takesUdp } from "./matrix.mjs";
import { transports } from "./transports.mjs";

const nodeScript = fileURLToPath(new URL("node.mjs", import.meta.url));
/** What is not confirmed by then has failed. */
const ttlMs = 30_000;
/** How long a pair whose first letter went by Gun may take to its WebRTC. */
const webRtcMs = 20_000;
/** What each side's NAT looks like from the hub; without NAT, the host itself. */
const outside = { 1: "203.0.113.2", 2: "198.51.100.2" };
const inside = { 1: "10.1.0.2", 2: "10.2.0.2" };

/** For CI: an easy pair, the hardest one, and one without UDP. */
export const shortPairs = [
  ["port-restricted", "port-restricted"],
  ["symmetric", "symmetric"],
  ["udp-blocked", "web-only"],
];

/** A row for each transport and pair: when the first letter was confirmed, from the start of its sender. And one for STUN. */
export async function natRows({ network, names, pairs, rounds, progress, signal }) {
  const needsTurn = names.some((name) => transports[name].needsTurn);
  await using turn = needsTurn ? await startTurn(network) : undefined;
  const addresses = { ...(await startHub(network)).addresses, turn: await turn?.iceServer() };
  const one = await startNode(network, "A", nodeScript);
  const other = await startNode(network, "B", nodeScript);
  const rows = [];
  const ends = [];
  const stun = { asked: 0, right: 0 };
  for (const pair of pairs) {
    await network.setNat(1, pair[0]);
    await network.setNat(2, pair[1]);
    for (const [side, node] of [
      [1, one],
      [2, other],
    ]) {
      stun.asked += 1;
      if (await seesItself(node, side, pair[side - 1], addresses.stun)) stun.right += 1;
    }
    for (const transport of names) {
      const values = [];
      const roads = new Set();
      const { hasWebRtc } = transports[transport];
      for (let round = 0; round < rounds; round += 1) {
        signal.throwIfAborted();
        const network = `${pair.join("-")}-${transport}-${round}`;
        // How they are connected in the end is waited for once.
        const looksOn = hasWebRtc && round === 0 ? (pair.every(takesUdp) ? webRtcMs : 1) : 0;
        const letter = await firstLetter(one, other, { transport, addresses, network, looksOn });
        values.push(letter.ms / 1_000);
        roads.add(letter.road);
        if (letter.ways) ends.push({ transport, pair, ways: letter.ways });
      }
      rows.push(pairRow(transport, pair, values, [...roads]));
      progress(`${rows.at(-1).name}: p95 ${rows.at(-1).value} s`);
    }
  }
  const { asked, right } = stun;
  for (const [transport, own] of Map.groupBy(ends, (end) => end.transport)) rows.push(...endRows(transport, own));
  rows.push(
    row({
      name: "STUN tells each side",
      values: [right],
      unit: `of ${asked}`,
      goal: `${asked}`,
      holds: () => right === asked,
    }),
  );
  return rows;
}

function pairRow(transport, pair, values, roads) {
  const limit = limitOf(pair);
  const p95 = percentile(values, 0.95);
  const name = `${transport}: ${pair.join(" × ")}, first by ${roads.sort().join(" and ")}`;
  const middle = row({ name, values, unit: "s", goal: `p95 ≤ ${limit}`, holds: () => p95 <= limit });
  return { ...middle, value: Number(p95.toPrecision(3)), baseline: null, roads };
}

/** How the pairs are connected in the end: each that lets UDP through by WebRTC, the others by Gun. */
function endRows(transport, ends) {
  const rowOf = (name, found, all, isGoal) => {
    const goal = isGoal ? `${all.length}` : null;
    const made = row({
      name: `${transport}: ${name}`,
      values: [found.length],
      unit: `of ${all.length}`,
      goal,
      holds: () => !isGoal || found.length === all.length,
    });
    return { ...made, pairs: found.map(({ pair, ways }) => `${pair.join(" × ")}: ${ways.join(" and ")}`) };
  };
  const udp = ends.filter(({ pair }) => pair.every(takesUdp));
  const rest = ends.filter((end) => !udp.includes(end));
  const by = (all, word) => all.filter(({ ways }) => ways.some((way) => way.includes(word)));
  const isWebRtc = ({ ways }) => ways.some((way) => !way.endsWith("by Gun"));
  return [
    rowOf("pairs with UDP: connected by WebRTC", udp.filter(isWebRtc), udp, true),
    rowOf("of them: directly", by(udp, "directly"), udp, false),
    rowOf("of them: by TURN", by(udp, "TURN"), udp, false),
    rowOf("pairs without UDP: connected by Gun", by(rest, "by Gun"), rest, true),
  ];
}

/** @param o.looksOn how long is waited for WebRTC once the letter is there, in milliseconds; 0: not looked at */
async function firstLetter(one, other, { transport, network, addresses, looksOn }) {
  try {
    await one("make", { transport, network, addresses });
    const { id } = await other("make", { transport, network, addresses });
    if (id === undefined) return { ms: ttlMs, road: "none" };
    const [letter] = await Promise.all([one("write", { to: id, ttlMs }), other("start")]);
    if (letter.error !== undefined) return { ms: ttlMs, road: letter.error };
    const { ways } = looksOn > 0 ? await one("ways", { to: id, timeoutMs: looksOn }) : {};
    return { ms: letter.ms, road: letter.status === "confirmed" ? letter.road : letter.status, ways };
  } finally {
    await Promise.all([one("stop"), other("stop")]);
  }
}

async function seesItself(node, side, kind, { host, port }) {
  const { address } = await node("mapped", { host, port, timeoutMs: takesUdp(kind) ? 5_000 : 1_000 });
  return address === (takesUdp(kind) ? (kind === "none" ? inside : outside)[side] : undefined);
}
