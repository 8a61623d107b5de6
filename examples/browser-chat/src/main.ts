/** Browser chat: leads what the node tells to the view, and what a person does to the node. */
import { codeOf, type PeerId } from "@swarm-space/core";
import { type ChatNode, explainFailure, startChat } from "./chat-node.ts";
import { ChatView, type LineRow, type Tick } from "./chat-view.ts";
import { cutRoad, healRoad, roadsBy } from "./roads.ts";

interface Line {
  readonly isOurs: boolean;
  readonly text: string;
  readonly at: Date;
  tick?: Tick;
  told: string;
}

const address = new URL(location.href).searchParams;
const name = ownName();
const roads = roadsBy({
  relay: address.get("relay") ?? "http://127.0.0.1:8765/gun",
  peerServer: address.get("peers") ?? "http://127.0.0.1:9000/",
});
const labelOf = (id: string): string => roads.find((road) => road.id === id)?.label ?? id;
const names = new Map<PeerId, string>();
const talks = new Map<PeerId, Line[]>();
const cut = new Set<string>();
let chosen: PeerId | undefined;
let node: ChatNode | undefined;
const view = new ChatView({ onWrite: write });

/** Who writes here: the address says it, else this tab keeps a name that was drawn for it. */
function ownName(): string {
  const kept = address.get("as") ?? sessionStorage.getItem("name");
  const drawn = kept ?? `guest ${100 + ((crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % 900)}`;
  sessionStorage.setItem("name", drawn);
  return drawn;
}

function talkWith(peer: PeerId): Line[] {
  const talk = talks.get(peer) ?? [];
  talks.set(peer, talk);
  chosen ??= peer;
  return talk;
}

function write(text: string): void {
  if (node === undefined || chosen === undefined) return;
  const line: Line = { isOurs: true, text, at: new Date(), tick: "waiting", told: "waiting for a road" };
  talkWith(chosen).push(line);
  node.send(chosen, text).then(
    ({ status, transport, elapsedMs }) => {
      line.tick = status === "confirmed" ? "read" : "kept";
      const what = status === "confirmed" ? "read, by" : "kept for them, by";
      line.told = `${what} ${labelOf(transport)} in ${elapsedMs < 1_000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1_000).toFixed(1)} s`}`;
      show();
    },
    (error: unknown) => {
      line.tick = "failed";
      line.told = `not delivered (${codeOf(error, "UNEXPECTED")})`;
      show();
    },
  );
  show();
}

async function flip(id: string): Promise<void> {
  if (node === undefined) return;
  const { swarm } = node;
  if (cut.delete(id)) await healRoad(swarm, id);
  else {
    // It counts as cut once nothing can leave by it any more.
    await cutRoad(swarm, id);
    cut.add(id);
  }
  show();
}

function rowOf({ isOurs, text, at, tick, told }: Line): LineRow {
  return { isOurs, text, tick, told, at: at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) };
}

function show(): void {
  if (node === undefined) return;
  const here = new Map(node.swarm.peers().map((peer) => [peer.id, peer]));
  for (const id of here.keys()) talkWith(id);
  const peers = [...talks.keys()].map((id) => {
    const { transports = [], roundTripMs = null } = here.get(id) ?? {};
    const trip = roundTripMs === null ? "" : ` · ${Math.max(1, Math.round(roundTripMs))} ms`;
    const known = names.get(id) ?? `${id.slice(0, 8)}…`;
    return { id, name: known, isHere: here.has(id), roads: transports.map(labelOf).join(", ") + trip };
  });
  view.showPeers(peers, chosen, (id) => {
    chosen = id;
    show();
  });
  const { health } = node.swarm.getTransportStatus();
  const rows = roads.map(({ id, label }) => {
    const { state = "idle", lastError } = health.get(id)?.status ?? {};
    const detail = cut.has(id) ? "cut by you" : (lastError ?? (state === "active" ? "in use" : state));
    return { id, label, state: cut.has(id) ? "cut" : state, detail, isCut: cut.has(id) };
  });
  view.showRoads(rows, (id) => void flip(id));
  const isUp = here.size > 0 || rows.some(({ state }) => state === "ready" || state === "active");
  view.showNet(
    isUp,
    isUp ? (here.size > 0 ? "Connected" : "Looking for others") : "Offline: what you write waits here",
  );
  view.showLines((chosen === undefined ? [] : (talks.get(chosen) ?? [])).map(rowOf));
}

try {
  node = await startChat(name, roads, {
    onLine: (from, text) => {
      talkWith(from).push({ isOurs: false, text, at: new Date(), told: "" });
      show();
    },
    onName: (peer, theirs) => {
      names.set(peer, theirs);
      show();
    },
  });
  const { swarm } = node;
  view.showSelf(name, swarm.id);
  for (const event of ["peer:connect", "peer:disconnect", "connection:open", "transport:state", "swarm:wake"] as const)
    swarm.on(event, show);
  setInterval(show, 2_000);
  show();
} catch (error) {
  view.showFailure(explainFailure(error));
}
