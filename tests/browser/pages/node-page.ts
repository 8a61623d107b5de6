/** A node in a page, with the few calls that tests make from outside. */
import {
  createSwarm,
  indexedDbKeyStore,
  type PeerId,
  ports,
  replaceRoom,
  roomPorts,
  type Swarm,
  type SwarmEvents,
  type TransportHealth,
  use,
  webCryptoIdentity,
} from "@swarm-space/core";
import resilience, { getConnectionResilience } from "@swarm-space/resilience";
import store from "@swarm-space/store-idb";
import gun from "@swarm-space/transport-gun";
import { peerjsWith } from "@swarm-space/transport-peerjs";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import * as z from "zod";

export interface PageNodeOptions {
  /** Of Gun. Without: no Gun. */
  readonly relays?: readonly string[];
  /** Without: no PeerJS. Nobody looks for others there: who is asked to connect dials. */
  readonly peerServers?: readonly string[];
  /** A TURN server that carries all that goes by PeerJS. */
  readonly turn?: { readonly urls: string; readonly username: string; readonly credential: string };
  readonly network: string;
  /** False: this node is found by nobody, and so dials. */
  readonly announce?: boolean;
  /** Name of its IndexedDB database. Without: nothing is durable. */
  readonly store?: string;
  /** Name of the database of its key. Without: an identity for this visit. */
  readonly identity?: string;
  /** Ablation: it never notices that it was away, and so blames others for it. */
  readonly isBlind?: boolean;
  /** How long another tab may keep the database, in milliseconds. */
  readonly blockedTimeoutMs?: number;
}

export interface Counts {
  /** Letters whose sender was told so. */
  readonly confirmed: number;
  /** Codes of those that failed. */
  readonly failed: readonly string[];
  readonly transports: readonly string[];
}

const relayedPeerjs = peerjsWith({ openEngine: (o) => openWebRtc({ ...o, iceTransportPolicy: "relay" }) });

function peerjsOptions(servers: readonly string[], turn: PageNodeOptions["turn"]) {
  return { servers: [...servers], rendezvous: { slots: 0 }, listPeers: false, iceServers: turn ? [turn] : [] };
}

const blindWatch = { excuse: () => undefined, open: () => {}, close: () => {} };

/** What `window.node` has. */
export class PageNode {
  readonly events: { readonly name: string; readonly detail: unknown; readonly at: number }[] = [];
  readonly texts: string[] = [];
  #swarm: Swarm | undefined;
  #send: ((to: PeerId, text: string, ttlMs: number) => Promise<{ readonly transport: string }>) | undefined;
  #broadcast: ((text: string) => Promise<unknown>) | undefined;

  async start(o: PageNodeOptions): Promise<PeerId> {
    const presence = { announce: o.announce ?? true };
    const { peerServers } = o;
    const swarm = await createSwarm({
      network: o.network,
      log: "silent",
      replace: o.isBlind ? [replaceRoom(roomPorts.sleepWatch, () => blindWatch as never)] : [],
      plugins: [
        ...(o.relays === undefined ? [] : [use(gun, { relays: [...o.relays], presence })]),
        ...(peerServers === undefined
          ? []
          : [use(o.turn ? relayedPeerjs : peerjsWith({}), peerjsOptions(peerServers, o.turn))]),
        use(resilience),
        ...(o.store === undefined
          ? []
          : [use(store, { name: o.store, blockedTimeoutMs: o.blockedTimeoutMs ?? 5_000 })]),
      ],
      ...(o.identity === undefined ? {} : { identity: await webCryptoIdentity(indexedDbKeyStore(o.identity)) }),
    });
    this.#swarm = swarm;
    for (const name of heard) {
      swarm.on(name, (detail) => this.events.push({ name, detail: plain(detail), at: performance.now() }));
    }
    const chat = swarm.channel({ name: "chat", schema: z.object({ text: z.string() }) });
    chat.onMessage(({ text }) => void this.texts.push(text));
    this.#send = (to, text, ttlMs) => chat.send(to, { text }, { ttlMs });
    this.#broadcast = (text) => chat.broadcast({ text });
    await swarm.start();
    return swarm.id;
  }

  /** Names of what was told since (`performance.now()`). */
  since(at: number): readonly string[] {
    return this.events.filter((each) => each.at > at).map(({ name }) => name);
  }

  stop(): Promise<void> {
    return this.#running().stop();
  }

  connect(peer: PeerId): Promise<void> {
    return this.#running().connect(peer);
  }

  peers(): readonly PeerId[] {
    return this.#running()
      .peers()
      .map(({ id }) => id);
  }

  status(): { readonly primary: unknown; readonly gun: TransportHealth } {
    const status = this.#running().getTransportStatus();
    const gun = status.health.get("gun");
    if (gun === undefined) throw new Error("no Gun transport");
    return { primary: status.primary, gun };
  }

  health(transport: string): TransportHealth {
    const found = this.#running().getTransportStatus().health.get(transport);
    if (found === undefined) throw new Error(`no transport ${transport}`);
    return found;
  }

  breakers(): unknown {
    return getConnectionResilience(this.#running()).getStats();
  }

  /** Sends "WORD 0", "WORD 1" … all at once, and waits for all receipts. */
  async sendMany(to: PeerId, word: string, count: number, ttlMs = 60_000): Promise<Counts> {
    const sent = await Promise.allSettled(
      Array.from({ length: count }, (_, at) => this.#send?.(to, `${word} ${at}`, ttlMs)),
    );
    const confirmed = sent.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : []));
    const failed = sent.flatMap((each) => (each.status === "rejected" ? [String(each.reason?.code)] : []));
    return { confirmed: confirmed.length, failed, transports: [...new Set(confirmed.map((each) => each.transport))] };
  }

  /** Hands letters over and waits for nothing. */
  post(to: PeerId, word: string, count: number, ttlMs = 60_000): void {
    for (let at = 0; at < count; at += 1) this.#send?.(to, `${word} ${at}`, ttlMs).catch(() => undefined);
  }

  /** Resolves when so many letters are in the store's outbox. */
  async kept(count: number): Promise<void> {
    const outbox = this.#running().get(ports.store).namespace("outbox");
    const letters = async () => {
      let found = 0;
      for await (const _each of outbox.range({ gte: "l/", lt: "l0" })) found += 1;
      return found;
    };
    while ((await letters()) < count) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async broadcast(text: string): Promise<void> {
    await this.#broadcast?.(text);
  }

  /** Resolves when so many letters have come. */
  async until(count: number, word = ""): Promise<readonly string[]> {
    const come = () => this.texts.filter((text) => text.startsWith(word));
    while (come().length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    return come();
  }

  #running(): Swarm {
    if (this.#swarm === undefined) throw new Error("not started");
    return this.#swarm;
  }
}

const heard: readonly (keyof SwarmEvents)[] = [
  "peer:connect",
  "peer:disconnect",
  "connection:open",
  "connection:close",
  "dial:failed",
  "letter:retry",
  "frame:rejected",
  "breaker:open",
  "transport:state",
  "outbox:restored",
  "handler:failed",
  "swarm:wake",
];

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

declare global {
  interface Window {
    readonly node: PageNode;
  }
}
Object.defineProperty(window, "node", { value: new PageNode() });
