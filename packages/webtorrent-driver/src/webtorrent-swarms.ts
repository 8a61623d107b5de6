import type { PeerId } from "@swarm-space/core";
import type { DhtGuards } from "#dht";
import { candidateRules } from "./candidates.ts";
import { type PaceRules, paceOf } from "./pace.ts";
import type { Search, SearchParts } from "./search.ts";
import type { OpenClient, Torrent } from "./webtorrent-client.ts";
import { tendWire, type Wire } from "./wire.ts";

export interface SwarmsParts extends SearchParts {
  readonly client: OpenClient;
  /** It ends with the search. */
  readonly isOwn: boolean;
  readonly guards: DhtGuards | undefined;
}

const source = "dht";
const pace: PaceRules = { firstMs: 300, quickRounds: 10, mostMs: 60_000 };
/** Nothing but greetings and what WebTorrent says to keep a wire is said on it. */
const maxWireBytes = 1_048_576;

/** A torrent without content for each info hash. Its wires stay while both sides are there: an open one is a peer that is there. */
export class WebTorrentSwarms implements Search {
  readonly #parts: SwarmsParts;
  readonly #torrents = new Map<string, Torrent>();
  /** Who is at the other end, where it has said so. */
  readonly #wires = new Map<Wire, PeerId | undefined>();
  /** What was told on the wires that are open. */
  #toldSelf: PeerId | undefined;
  #rounds = 0;
  #hasAsked = false;
  #timer: Disposable | undefined;
  #closing: Promise<void> | undefined;
  #failure: string | undefined;
  readonly #onError = (error: Error): void => {
    this.#failure = error.message;
  };

  constructor(parts: SwarmsParts) {
    this.#parts = parts;
    parts.client.on("error", this.#onError);
    this.meetUnder(parts.infoHashes);
    this.look();
  }

  meetUnder(infoHashes: readonly string[]): void {
    for (const [infoHash, torrent] of this.#torrents) {
      if (infoHashes.includes(infoHash)) continue;
      this.#torrents.delete(infoHash);
      torrent.destroy(() => undefined);
    }
    for (const infoHash of infoHashes)
      if (!this.#torrents.has(infoHash)) this.#torrents.set(infoHash, this.#join(infoHash));
  }

  look(): void {
    const { self, met } = this.#parts;
    if (this.#closing) return;
    if (this.#toldSelf !== self()) {
      this.#toldSelf = self();
      // What was said on a wire is not said anew: WebTorrent makes another one.
      for (const wire of [...this.#wires.keys()]) wire.destroy();
    }
    for (const peer of this.#wires.values()) if (peer !== undefined) met(source, peer);
    this.#rounds = 0;
    this.#timer?.[Symbol.dispose]();
    this.#round();
  }

  woke(): void {
    // WebTorrent dials again by itself; `look` asks the DHT.
  }

  status(): ReturnType<Search["status"]> {
    const { dht } = this.#parts.client;
    const size = dht ? dht.nodes.count() : 0;
    if (size > 0) return [{ source, state: "ready", size }];
    if (!this.#hasAsked && this.#failure === undefined) return [{ source, state: "opening", size }];
    return [{ source, state: "away", size, lastError: this.#failure ?? "no node of the DHT answers" }];
  }

  close(): Promise<void> {
    // Not within this call: what ends must find it closing, or it begins something new.
    this.#closing ??= Promise.resolve().then(() => this.#end());
    return this.#closing;
  }

  async #end(): Promise<void> {
    const { client, isOwn } = this.#parts;
    this.#timer?.[Symbol.dispose]();
    const ending = isOwn && !client.destroyed ? [client] : [...this.#torrents.values()];
    this.#torrents.clear();
    await Promise.all(ending.map((each) => new Promise<void>((resolve) => each.destroy(() => resolve()))));
    if (!isOwn) client.off("error", this.#onError);
  }

  #round(): void {
    const { clock, client } = this.#parts;
    if (client.dht)
      for (const infoHash of this.#torrents.keys())
        client.dht.lookup(infoHash, () => {
          this.#hasAsked = true;
        });
    this.#timer = clock.timer(paceOf(pace, this.#rounds), () => this.#round());
    this.#rounds += 1;
  }

  #join(infoHash: string): Torrent {
    const torrent = this.#parts.client.add({ infoHash, announce: [] }, { deselect: true, announce: [] });
    torrent.on("warning", () => undefined);
    torrent.on("error", this.#onError);
    torrent.on("wire", (wire) => this.#greet(wire));
    const addPeer = torrent.addPeer.bind(torrent);
    torrent.addPeer = (peer, from) => this.#mayCall(torrent, peer) && addPeer(peer, from);
    return torrent;
  }

  #mayCall(torrent: Torrent, peer: Parameters<Torrent["addPeer"]>[0]): boolean {
    const { guards, dropped } = this.#parts;
    if (typeof peer !== "string" || guards === undefined) return true;
    const host = hostOf(peer);
    if (!guards.mayCall(host)) {
      dropped(source, "private address");
      return false;
    }
    const known = [...(torrent._peers?.keys() ?? [])];
    if (known.includes(peer)) return true;
    const range = guards.rangeOf(host);
    const { most, mostPerHost, mostPerRange } = candidateRules;
    const isCrowded =
      range !== undefined &&
      (known.filter((each) => hostOf(each) === host).length >= mostPerHost ||
        known.filter((each) => guards.rangeOf(hostOf(each)) === range).length >= mostPerRange);
    if (known.length < most && !isCrowded) return true;
    dropped(source, "too many");
    return false;
  }

  #greet(wire: Wire): void {
    const { met, dropped, options, self } = this.#parts;
    this.#wires.set(wire, undefined);
    wire.on("close", () => this.#wires.delete(wire));
    const ears = {
      heard: (greeting: Parameters<Parameters<typeof tendWire>[2]["heard"]>[0]) => {
        if (this.#closing) return;
        if (typeof greeting !== "string" && greeting.peer !== options.self) {
          this.#wires.set(wire, greeting.peer);
          return met(source, greeting.peer);
        }
        dropped(source, typeof greeting === "string" ? greeting : "self");
        wire.destroy();
      },
      malformed: () => dropped(source, "malformed"),
    };
    tendWire(wire, self(), ears, maxWireBytes);
  }
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}
