import { type Explanation, ports, type Swarm, systemClock } from "@swarm-space/core";
import { getConnectionResilience, resiliencePort } from "@swarm-space/resilience";
import { printable, shortId } from "../printable.ts";
import { formatTable } from "../table.ts";
import type { ChatSession } from "./chat-session.ts";

const help = [
  "/peers          who is here, and how they are reached",
  "/explain PEER   ways to a peer by name or id: known, tried, broken, and when the next try is due",
  "/status         this node's transports and breakers, and where it looks for peers",
  "/help           this",
  "/quit           leave",
].join("\n");

/** What a line that begins with "/" answers. Undefined: it asks to leave. */
export function answerOf(line: string, swarm: Swarm, session: ChatSession): string | undefined {
  const [word = "", ...rest] = line.slice(1).trim().split(/\s+/);
  switch (word) {
    case "peers":
      return describePeers(swarm, session);
    case "explain":
      return explain(rest.join(" "), swarm, session);
    case "status":
      return describeStatus(swarm);
    case "help":
      return help;
    case "quit":
      return undefined;
    default:
      return `no such word: /${printable(word, 40)}\n${help}`;
  }
}

function describePeers(swarm: Swarm, session: ChatSession): string {
  const peers = session.roster.peers;
  if (peers.length === 0) return "nobody is here yet";
  const connected = new Map(swarm.peers().map((peer) => [peer.id, peer]));
  const rows = peers.map((id) => {
    const peer = connected.get(id);
    return [session.roster.nameOf(id), shortId(id), peer?.transports.join(", ") ?? "away", wholeMs(peer?.roundTripMs)];
  });
  return formatTable(["name", "id", "transports", "round trip"], rows);
}

function explain(text: string, swarm: Swarm, session: ChatSession): string {
  const [peer, ...more] = session.roster.find(text);
  if (peer === undefined) return `nobody of this name or id: ${printable(text, 60)}`;
  if (more.length > 0) return `several could be meant: ${[peer, ...more].map((each) => shortId(each)).join(", ")}`;
  return describeExplanation(swarm.explain(peer), session.roster.nameOf(peer));
}

function describeExplanation(explanation: Explanation, name: string): string {
  const { peer, connected, addresses, waiting, ways, nextTryInMs } = explanation;
  const head = `${name} ${peer}: ${connected ? "connected" : "not connected"}, ${addresses} addresses, ${waiting.letters} letters wait`;
  const next = nextTryInMs === null ? [] : [`next try in ${Math.round(nextTryInMs)} ms`];
  if (ways.length === 0) return [head, "no way is known", ...next].join("\n");
  const rows = ways.map((way) => [
    way.transport,
    way.rendezvous,
    way.state,
    way.score.toFixed(2),
    wholeMs(way.roundTripMs),
    way.lastTry && `${way.lastTry.outcome}${way.lastTry.code ? ` ${way.lastTry.code}` : ""}`,
    way.retryInMs === null ? null : `${way.reason ?? "waits"}, ${Math.round(way.retryInMs)} ms`,
  ]);
  const columns = ["transport", "by", "state", "score", "round trip", "last try", "waits"];
  return [head, formatTable(columns, rows), ...next].join("\n");
}

function describeStatus(swarm: Swarm): string {
  const { primary, health, totalPeers } = swarm.getTransportStatus();
  const rows = [...health.values()].map((each) => [
    each.transport,
    each.status.state,
    each.reliability.toFixed(2),
    each.connectedPeers,
    each.failureCount,
    [...each.rejected].map(([code, count]) => `${count} ${code}`).join(", "),
    each.status.lastError,
  ]);
  const head = `${swarm.id} on ${swarm.network}: ${totalPeers} peers, primary ${primary ?? "none"}`;
  const table = formatTable(["transport", "state", "reliability", "peers", "failures", "refused", "last error"], rows);
  return [head, table, ...describeBreakers(swarm), ...describeSearch(swarm)].join("\n");
}

/** Each source: what it found, why it stopped, when it goes on. */
function describeSearch(swarm: Swarm): readonly string[] {
  const { connected, enough, sources } = swarm.get(ports.discovery).status();
  if (sources.length === 0) return [];
  const now = systemClock().now();
  const rows = sources.map(({ id, state, why, found, dropped, resumesAt }) => [
    id,
    state,
    printable(why, 60),
    found,
    [...dropped].map(([reason, count]) => `${count} ${reason}`).join(", "),
    resumesAt === undefined ? "" : `in ${Math.max(0, Math.ceil((resumesAt - now) / 1_000))} s`,
  ]);
  const head = `looking for peers: ${connected} connected${enough === undefined ? "" : `, ${enough} are enough`}`;
  return [head, formatTable(["source", "state", "why", "found", "dropped", "goes on"], rows)];
}

function describeBreakers(swarm: Swarm): readonly string[] {
  try {
    swarm.get(resiliencePort);
  } catch {
    return []; // a node without this plugin has no breakers
  }
  const { totalBreakers, openBreakers, halfOpenBreakers } = getConnectionResilience(swarm).getStats();
  return [`breakers: ${totalBreakers}, of these ${openBreakers} open, ${halfOpenBreakers} half-open`];
}

function wholeMs(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${Math.round(value)} ms`;
}
