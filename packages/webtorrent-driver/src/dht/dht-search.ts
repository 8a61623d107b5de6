import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { describeError, rangeOf, SwarmError } from "@swarm-space/core";
import { hexOf } from "@swarm-space/core/medium";
import { type Candidate, Candidates, candidateRules } from "../candidates.ts";
import type { DhtOptions } from "../finder.ts";
import { type Meeting, meet } from "../meet.ts";
import { type PaceRules, paceOf } from "../pace.ts";
import type { Search, SearchParts } from "../search.ts";
import type { Wire } from "../wire.ts";
import { type AddressKind, kindOfAddress, kindsBehind } from "./address-kind.ts";
import type { Dht } from "./dht.ts";
import { guardedSocket } from "./guarded-socket.ts";

const source = "dht";
const maxDials = 8;
const maxInbound = 32;
const meetTimeoutMs = 3_000;
/** Two who start together miss each other at first: each looks before the other has announced. */
const pace: PaceRules = { firstMs: 300, quickRounds: 10, mostMs: 60_000 };
/** A DHT that always knows somebody nearer would have us ask for ever. */
const maxLookupMs = 10_000;
/** BEP 5 nodes forget a peer after about half an hour. */
const announceEveryMs = 600_000;
const quickAnnouncements = 3;

interface Parts extends SearchParts {
  readonly dht: Dht;
  readonly server: Server;
  readonly newWire: () => Wire;
  readonly kinds: ReadonlySet<AddressKind>;
  readonly wireId: string;
}

/**
 * Finds by the BitTorrent DHT (BEP 5). It tells addresses, not who is there: each is called by TCP, and says it on the wire.
 * @throws SwarmError `DHT_PORT_UNAVAILABLE`
 */
export async function openDhtSearch(search: SearchParts, options: DhtOptions): Promise<Search> {
  const [{ Client }, { default: WireClass }] = await Promise.all([
    import("bittorrent-dht"),
    import("bittorrent-protocol"),
  ]);
  const kinds = kindsBehind(options.bootstrap);
  const host = options.host ?? (isMachineOnly(options.bootstrap) ? "127.0.0.1" : "0.0.0.0");
  const server = createServer();
  const dht = new Client({
    bootstrap: options.bootstrap,
    socket: guardedSocket({ refused: () => search.dropped(source, "malformed") }),
    nodeId: hexOf(search.random.bytes(20)),
    timeout: answerMs(options.bootstrap),
    maxPeers: 1_000,
    maxValues: 1,
  });
  dht.on("warning", () => undefined);
  const newWire = (): Wire => new WireClass("tcp");
  const made = new DhtSearch({ ...search, dht, server, newWire, kinds, wireId: hexOf(search.random.bytes(20)) });
  try {
    await listen(server, dht, host, options.port ?? 0);
  } catch (error) {
    await made.close();
    throw new SwarmError("DHT_PORT_UNAVAILABLE", `The DHT cannot listen on ${host}: ${describeError(error)}`, {
      cause: error,
    });
  }
  made.look();
  return made;
}

/** How long nodes of a DHT have to answer: of one on this machine 250 ms, else a second. */
export function answerMs(bootstrap: readonly string[]): number {
  return isMachineOnly(bootstrap) ? 250 : 1_000;
}

export function isMachineOnly(bootstrap: readonly string[]): boolean {
  return bootstrap.every((entry) => kindsBehind([entry]).has("loopback"));
}

async function listen(server: Server, dht: Dht, host: string, port: number): Promise<void> {
  const udp = new Promise<void>((resolve, reject) => {
    dht.on("error", reject);
    dht.once("listening", resolve);
  });
  dht.listen(port, host);
  server.listen(port, host);
  await Promise.all([udp, once(server, "listening")]);
  server.on("error", () => undefined);
}

class DhtSearch implements Search {
  readonly #parts: Parts;
  readonly #candidates: Candidates;
  /** Ends of the greetings under way. */
  readonly #dials = new Set<() => void>();
  readonly #inbound = new Set<() => void>();
  /** Ends of the lookups under way, by info hash. */
  readonly #lookups = new Map<string, () => void>();
  readonly #announced = new Map<string, { readonly at: number; readonly times: number }>();
  #infoHashes: readonly string[];
  #rounds = 0;
  #hasAsked = false;
  #timer: Disposable | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#infoHashes = parts.infoHashes;
    this.#candidates = new Candidates({
      ...candidateRules,
      rangeOf: (host) => (kindOfAddress(host) === "public" ? rangeOf(host, 2) : undefined),
    });
    parts.dht.on("peer", ({ host, port }, infoHash) => this.#hear({ host, port, infoHash: hexOf(infoHash) }));
    parts.server.on("connection", (socket) => this.#answer(socket));
  }

  meetUnder(infoHashes: readonly string[]): void {
    if (infoHashes.join() === this.#infoHashes.join()) return;
    this.#infoHashes = infoHashes;
    for (const infoHash of this.#announced.keys()) if (!infoHashes.includes(infoHash)) this.#announced.delete(infoHash);
    this.look();
  }

  look(): void {
    if (this.#closing) return;
    this.#rounds = 0;
    this.#candidates.refresh(this.#parts.clock.now());
    this.#timer?.[Symbol.dispose]();
    this.#round();
  }

  woke(): void {
    this.#announced.clear();
    this.look();
  }

  status(): ReturnType<Search["status"]> {
    const size = this.#parts.dht.nodes.count();
    if (size > 0) return [{ source, state: "ready", size }];
    const state = this.#hasAsked ? "away" : "opening";
    return [{ source, state, size, ...(this.#hasAsked ? { lastError: "no node of the DHT answers" } : {}) }];
  }

  close(): Promise<void> {
    // Not within this call: what ends must find it closing, or it begins something new.
    this.#closing ??= Promise.resolve().then(() => this.#end());
    return this.#closing;
  }

  async #end(): Promise<void> {
    const { dht, server } = this.#parts;
    this.#timer?.[Symbol.dispose]();
    for (const end of [...this.#dials, ...this.#inbound, ...this.#lookups.values()]) end();
    await Promise.all([
      new Promise<void>((resolve) => dht.destroy(resolve)),
      new Promise<void>((resolve) => server.close(() => resolve())),
    ]);
  }

  #round(): void {
    const { clock } = this.#parts;
    for (const infoHash of this.#infoHashes) this.#lookUp(infoHash);
    this.#dial();
    this.#timer = clock.timer(paceOf(pace, this.#rounds), () => this.#round());
    this.#rounds += 1;
  }

  #lookUp(infoHash: string): void {
    if (this.#lookups.has(infoHash)) return;
    const { dht, clock } = this.#parts;
    const over = () => {
      timer[Symbol.dispose]();
      if (this.#lookups.get(infoHash) === end) this.#lookups.delete(infoHash);
    };
    const abort = dht.lookup(infoHash, () => {
      over();
      this.#hasAsked = true;
      if (!this.#closing) this.#announce(infoHash);
    });
    const end = () => {
      abort();
      over();
    };
    const timer = clock.timer(maxLookupMs, end);
    this.#lookups.set(infoHash, end);
  }

  #announce(infoHash: string): void {
    const { dht, clock, server, self } = this.#parts;
    const address = server.address();
    if (self() === undefined || address === null || typeof address === "string") return;
    const last = this.#announced.get(infoHash) ?? { at: Number.NEGATIVE_INFINITY, times: 0 };
    if (last.times >= quickAnnouncements && clock.now() - last.at < announceEveryMs) return;
    if (!this.#infoHashes.includes(infoHash) || dht.nodes.count() === 0) return;
    this.#announced.set(infoHash, { at: clock.now(), times: last.times + 1 });
    dht.announce(infoHash, address.port, () => undefined);
  }

  #hear(candidate: Candidate): void {
    const { dropped, kinds, clock } = this.#parts;
    if (this.#closing || !this.#infoHashes.includes(candidate.infoHash)) return;
    if (!kinds.has(kindOfAddress(candidate.host))) return dropped(source, "private address");
    const reason = this.#candidates.note(candidate, clock.now());
    if (reason !== undefined) return dropped(source, reason);
    this.#dial();
  }

  #dial(): void {
    const { clock, random } = this.#parts;
    while (!this.#closing && this.#dials.size < maxDials) {
      const candidate = this.#candidates.take(clock.now(), random.float());
      if (candidate === undefined) return;
      const socket = connect({ host: candidate.host, port: candidate.port });
      this.#meet(socket, candidate.infoHash, this.#dials, (meeting) => this.#settle(candidate, meeting));
    }
  }

  #answer(socket: Socket): void {
    socket.on("error", () => undefined);
    if (this.#closing || this.#inbound.size >= maxInbound) {
      socket.destroy();
      this.#parts.dropped(source, "too many");
      return;
    }
    // Its own call is told by the side that called.
    this.#meet(socket, undefined, this.#inbound, (meeting) => {
      if (!this.#isSelf(meeting)) this.#judge(meeting);
    });
  }

  #meet(socket: Socket, infoHash: string | undefined, kept: Set<() => void>, heard: (meeting: Meeting) => void): void {
    const { clock, self, newWire, wireId } = this.#parts;
    const admits = (asked: string) => this.#infoHashes.includes(asked);
    const meeting = { stream: socket, wire: newWire(), clock, infoHash, admits, wireId, self: self() };
    const end = meet({ ...meeting, timeoutMs: meetTimeoutMs }, heard, () => {
      kept.delete(end);
      this.#dial();
    });
    kept.add(end);
  }

  #settle(candidate: Candidate, meeting: Meeting): void {
    if (this.#closing) return;
    if (this.#isSelf(meeting)) this.#candidates.forget(candidate);
    else this.#candidates.settle(candidate, typeof meeting === "object", this.#parts.clock.now());
    this.#judge(meeting);
  }

  #judge(meeting: Meeting): void {
    const { met, dropped } = this.#parts;
    if (this.#closing) return;
    if (typeof meeting === "string") dropped(source, meeting);
    else if (this.#isSelf(meeting)) dropped(source, "self");
    else met(source, meeting.peer);
  }

  #isSelf(meeting: Meeting): boolean {
    return typeof meeting === "object" && meeting.peer === this.#parts.options.self;
  }
}
