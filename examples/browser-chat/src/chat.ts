/** Leads what the node tells to the view, and what a person does to the node. */
import { codeOf, type PeerId, type PeerInfo, type Receipt } from "@swarm-space/core";
import { ChainView } from "./chain-view.ts";
import { chainRow, mine } from "./chat-chain.ts";
import { type ChatNode, type ChatPlace, explainFailure, startChat } from "./chat-node.ts";
import { ChatView, type LineRow } from "./chat-view.ts";
import { cutRoad, healRoad, roads } from "./roads.ts";
import { type Line, Talks } from "./talks.ts";

export class Chat {
  readonly #view = new ChatView({ onWrite: (text) => this.#write(text) });
  readonly #chain = new ChainView({ onMine: async () => this.#node && mine(this.#node.swarm) });
  readonly #talks = new Talks();
  readonly #cut = new Set<string>();
  #node: ChatNode | undefined;

  /** Starts the node of the person called `name`, and shows it, or why it could not start. */
  async open(name: string, place: ChatPlace): Promise<void> {
    try {
      this.#node = await startChat(name, place, {
        onLine: (from, text) => {
          this.#talks.add(from, { isOurs: false, text, at: new Date(), told: "" });
          this.#show();
        },
        onName: (peer, theirs) => {
          this.#talks.call(peer, theirs);
          this.#show();
        },
      });
    } catch (error) {
      this.#view.showFailure(explainFailure(error));
      return;
    }
    const { swarm } = this.#node;
    const show = () => this.#show();
    this.#view.showSelf(name, swarm.id);
    const events = [
      "peer:connect",
      "peer:disconnect",
      "connection:open",
      "transport:state",
      "swarm:wake",
      "state:pool",
    ] as const;
    for (const event of events) swarm.on(event, show);
    setInterval(show, 2_000);
    show();
  }

  #write(text: string): void {
    const { chosen } = this.#talks;
    if (this.#node === undefined || chosen === undefined) return;
    const line: Line = { isOurs: true, text, at: new Date(), tick: "waiting", told: "waiting for a road" };
    this.#talks.add(chosen, line);
    this.#node.send(chosen, text).then(
      (receipt) => {
        line.tick = receipt.status === "confirmed" ? "read" : "kept";
        line.told = this.#wordsOf(receipt);
        this.#show();
      },
      (error: unknown) => {
        line.tick = "failed";
        line.told = `not delivered (${codeOf(error, "UNEXPECTED")})`;
        this.#show();
      },
    );
    this.#show();
  }

  #wordsOf({ status, transport, elapsedMs }: Receipt): string {
    const what = status === "confirmed" ? "read, by" : "kept for them, by";
    const time = elapsedMs < 1_000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1_000).toFixed(1)} s`;
    return `${what} ${this.#labelOf(transport)} in ${time}`;
  }

  #labelOf(id: string): string {
    return roads.find((road) => road.id === id)?.label ?? id;
  }

  async #flip({ swarm }: ChatNode, id: string): Promise<void> {
    if (this.#cut.delete(id)) await healRoad(swarm, id);
    else {
      // It counts as cut once nothing can leave by it any more.
      await cutRoad(swarm, id);
      this.#cut.add(id);
    }
    this.#show();
  }

  #show(): void {
    if (this.#node === undefined) return;
    const here = new Map(this.#node.swarm.peers().map((peer) => [peer.id, peer]));
    for (const id of here.keys()) this.#talks.meet(id);
    this.#showPeers(here);
    const isUp = this.#showRoads(this.#node) || here.size > 0;
    this.#view.showNet(
      isUp,
      isUp ? (here.size > 0 ? "Connected" : "Looking for others") : "Offline: what you write waits here",
    );
    this.#view.showLines(this.#talks.shown.map(rowOf));
    this.#chain.show(chainRow(this.#node.swarm));
  }

  #showPeers(here: ReadonlyMap<PeerId, PeerInfo>): void {
    const rows = this.#talks.peers.map((id) => {
      const { transports = [], roundTripMs = null } = here.get(id) ?? {};
      const trip = roundTripMs === null ? "" : ` · ${Math.max(1, Math.round(roundTripMs))} ms`;
      const roads = transports.map((each) => this.#labelOf(each)).join(", ") + trip;
      return { id, name: this.#talks.nameOf(id), isHere: here.has(id), roads };
    });
    this.#view.showPeers(rows, this.#talks.chosen, (id) => {
      this.#talks.chosen = id;
      this.#show();
    });
  }

  /** Returns whether one of them can be used. */
  #showRoads(node: ChatNode): boolean {
    const { health } = node.swarm.getTransportStatus();
    const rows = roads.map(({ id, label }) => {
      const { state = "idle", lastError } = health.get(id)?.status ?? {};
      const isCut = this.#cut.has(id);
      const detail = isCut ? "cut by you" : (lastError ?? (state === "active" ? "in use" : state));
      return { id, label, state: isCut ? "cut" : state, detail, isCut };
    });
    this.#view.showRoads(rows, (id) => void this.#flip(node, id));
    return rows.some(({ state }) => state === "ready" || state === "active");
  }
}

function rowOf({ isOurs, text, at, tick, told }: Line): LineRow {
  return { isOurs, text, tick, told, at: at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) };
}
