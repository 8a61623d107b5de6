/** The table's ways between two homes, behind real NATs of five kinds: which join the two, and how long a letter takes there. */
import { fileURLToPath } from "node:url";
import { startHub } from "../../lab/hub.mjs";
import { labNetwork } from "../../lab/lab-network.mjs";
import { startNode } from "../../lab/node-process.mjs";
import { missingFor } from "../../lab/requirements.mjs";
import { startTurn } from "../../lab/turn/server.mjs";

const script = fileURLToPath(new URL("nat-node.mjs", import.meta.url));
/** One's own; the other's is the commonest. */
const kinds = ["full-cone", "addr-restricted", "port-restricted", "symmetric", "udp-blocked"];
const others = "port-restricted";
/** Of each link, one way. */
export const linkDelayMs = 10;
const ttlMs = 12_000;

/** Without what it needs: what is missing. */
export async function homesApart({ progress }) {
  const missing = missingFor([{ needsTurn: true }]).map(({ what }) => what);
  if (missing.length > 0) return { missing, ends: [] };
  await using network = await labNetwork({ delayMs: linkDelayMs, lossPercent: 0, seed: 1 });
  await using turn = await startTurn(network);
  const { addresses } = await startHub(network);
  const { relay, peerServer, stun } = addresses;
  const servers = {
    trackers: [],
    dhtBootstrap: [],
    gunRelays: [relay],
    peerServers: [`http://${peerServer.host}:${peerServer.port}${peerServer.path}`],
    iceServers: [{ urls: `stun:${stun.host}:${stun.port}` }, await turn.iceServer()],
  };
  const one = await startNode(network, "A", script);
  const other = await startNode(network, "B", script);
  await network.setNat(2, others);
  const ends = [];
  for (const [at, kind] of kinds.entries()) {
    progress(`seed-table: ${kind} × ${others}`);
    await network.setNat(1, kind);
    const made = { network: kind, servers };
    await one("make", made);
    const ids = await other("make", made);
    await Promise.all([other("start"), one("start")]);
    ends.push({ kind, ways: await one("write", { ids, ttlMs, measures: at === 0 }) });
    await Promise.all([one("stop"), other("stop")]);
  }
  return { missing, ends };
}
