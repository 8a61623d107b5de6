import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { remoteRange } from "@swarm-space/gun-driver/relay";
import type { GuardedSocket } from "../door/guarded-socket.ts";
import { RangeBuckets } from "../door/range-buckets.ts";
import { RangeCounts } from "../door/range-counts.ts";
import type { PeerServerSettings } from "./options.ts";
import type { Residents } from "./residents.ts";
import { isPeerId } from "./signal-guard.ts";

/** All ranges together may ask as often as so many of them. */
const ranges = 100;
/** Plain connections of a range beside those that became WebSockets: pages, and clients on their way in. */
const plainPerRange = 32;
const longestWord = 128;

/** Judges who may come in, before the library hears of them. */
export class Admission {
  readonly #settings: PeerServerSettings;
  readonly #residents: Residents;
  readonly #requests: RangeBuckets;
  readonly #plain = new RangeCounts();
  readonly #clients = new RangeCounts();
  #refused = 0;

  constructor(settings: PeerServerSettings, residents: Residents) {
    const { clock, requestRate } = settings;
    this.#settings = settings;
    this.#residents = residents;
    const all = { perSecond: requestRate.perSecond * ranges, burst: requestRate.burst * ranges };
    this.#requests = new RangeBuckets(clock, requestRate, all);
  }

  /** Requests and connections that were turned away. */
  get refused(): number {
    return this.#refused;
  }

  /** Cuts off a connection that is one too many of its range. */
  connection(socket: Socket): void {
    const range = remoteRange(socket.remoteAddress ?? "unknown");
    this.#plain.add(range);
    socket.once("close", () => this.#plain.remove(range));
    if (this.#plain.of(range) <= this.#settings.maxConnectionsPerRange + plainPerRange) return;
    this.#refused += 1;
    socket.destroy();
  }

  /** The library knows three pages; what else is asked for, it would answer with a trace of its stack. @returns why not */
  page(request: IncomingMessage): number | undefined {
    const { key } = this.#settings;
    const path = urlOf(request)?.pathname ?? "";
    if (!this.#requests.admit(rangeOf(request))) return this.#refuse(429);
    if (!["/", `/${key}/id`, `/${key}/peers`].includes(path)) return this.#refuse(404);
    return /^(GET|HEAD|OPTIONS)$/.test(request.method ?? "") ? undefined : this.#refuse(405);
  }

  /** @param clients how many there are @returns why a WebSocket is not taken */
  client(request: IncomingMessage, clients: number): string | undefined {
    const { maxConnections, maxConnectionsPerRange, maxIdsPerRange } = this.#settings;
    const url = urlOf(request);
    const range = rangeOf(request);
    if (!this.#requests.admit(range)) return this.#refuse("429 Too Many Requests");
    if (url?.pathname !== "/peerjs") return this.#refuse("404 Not Found");
    const words = ["id", "token", "key"].map((name) => url.searchParams.get(name) ?? "");
    const [id = ""] = words;
    const isSound = (id === "" || isPeerId(id)) && words.every((word) => word.length <= longestWord);
    if (!isSound) return this.#refuse("400 Bad Request");
    if (clients >= maxConnections) return this.#refuse("503 Service Unavailable");
    const isFull = this.#clients.of(range) >= maxConnectionsPerRange;
    const isNew = this.#residents.socketOf(id) === undefined;
    const hasMany = isNew && this.#residents.heldBy(range) >= maxIdsPerRange;
    return isFull || hasMany ? this.#refuse("429 Too Many Requests") : undefined;
  }

  /** Counts a client until it is closed. */
  enter(client: GuardedSocket, request: IncomingMessage): void {
    const range = rangeOf(request);
    client.range = range;
    this.#clients.add(range);
    client.on("close", () => this.#clients.remove(range));
  }

  #refuse<Reason>(reason: Reason): Reason {
    this.#refused += 1;
    return reason;
  }
}

function urlOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? "", "http://peer");
}

function rangeOf(request: IncomingMessage): string {
  return remoteRange(request.socket.remoteAddress ?? "unknown");
}
