import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { FrameGuard } from "../guard.ts";
import type { IdSource } from "../id-source.ts";
import { pathOf, relaySocketOf, remoteOf, saysRelay, textOf, watchPings } from "./inbound.ts";
import type { RelaySettings } from "./options.ts";
import type { RelayCore } from "./relay-core.ts";
import { RelayPeer, relayInterests } from "./relay-peer.ts";

/** A client's frame may be this long; longer ones close the connection before they are in memory. */
const maxPayload = 65_536;
const maxRelays = 64;
const goingAway = 1001;
/** How long sockets may take to close in order. */
const closeMs = 300;

/** The relay's door: an HTTP server that takes WebSockets within limits and hands their texts to the core. */
export class RelayServer {
  readonly #settings: RelaySettings;
  readonly #core: RelayCore;
  readonly #guard: FrameGuard;
  readonly #ids: IdSource;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  readonly #peers = new Map<WebSocket, RelayPeer>();
  readonly #remotes = new Map<string, number>();
  #refused = 0;

  constructor(settings: RelaySettings, core: RelayCore, guard: FrameGuard, ids: IdSource) {
    this.#settings = settings;
    this.#core = core;
    this.#guard = guard;
    this.#ids = ids;
    this.#http = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 });
    this.#http.maxConnections = settings.maxConnections + 64;
    this.#http.on("request", (_request, response) => {
      response
        .writeHead(426, { "content-type": "text/plain", connection: "close" })
        .end("A Gun relay: use a WebSocket.\n");
    });
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.on("clientError", (_error, socket) => socket.destroy());
    this.#sockets.on("wsClientError", (_error, socket) => socket.destroy());
  }

  /** Connections that were turned away. */
  get refused(): number {
    return this.#refused;
  }

  get connections(): number {
    return this.#peers.size;
  }

  get isUp(): boolean {
    return this.#http.listening;
  }

  /** @returns the port. Rejects when it cannot be had. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen({ port: this.#settings.port, host: this.#settings.host }, () => {
        this.#http.off("error", reject);
        this.#http.on("error", () => undefined);
        const address = this.#http.address();
        resolve(typeof address === "object" && address ? address.port : this.#settings.port);
      });
    });
  }

  /** Resolves when every socket is gone; those that do not close in time are cut. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    for (const socket of this.#sockets.clients) socket.close(goingAway, "the relay closes");
    const cut = this.#settings.clock.timer(closeMs, () => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    });
    await closed;
    cut[Symbol.dispose]();
    this.#sockets.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const remote = remoteOf(request);
    const isRelay = saysRelay(request);
    const refusal = this.#refusalOf(request, remote, isRelay);
    if (refusal !== undefined) {
      this.#refused += 1;
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (upgraded) => this.#admit(upgraded, remote, isRelay));
  }

  #refusalOf(request: IncomingMessage, remote: string, isRelay: boolean): string | undefined {
    const { path, maxConnections, maxConnectionsPerRemote, acceptRelays } = this.#settings;
    if (pathOf(request) !== path) return "404 Not Found";
    if (this.#peers.size >= maxConnections) return "503 Service Unavailable";
    if ((this.#remotes.get(remote) ?? 0) >= maxConnectionsPerRemote) return "429 Too Many Requests";
    if (!isRelay) return undefined;
    const relays = [...this.#peers.values()].filter((peer) => peer.isRelay).length;
    return acceptRelays && relays < maxRelays ? undefined : "403 Forbidden";
  }

  #admit(socket: WebSocket, remote: string, isRelay: boolean): void {
    const { clock, rates, maxBufferedBytes, maxInterestsPerClient, pingMs } = this.#settings;
    const peer = new RelayPeer({
      id: this.#ids.next(),
      guard: this.#guard,
      remote,
      isRelay,
      maxInterests: isRelay ? relayInterests : maxInterestsPerClient,
      maxBufferedBytes,
      rates,
      clock,
      socket: relaySocketOf(socket),
    });
    this.#peers.set(socket, peer);
    this.#remotes.set(remote, (this.#remotes.get(remote) ?? 0) + 1);
    const unwatch = watchPings(socket, clock, pingMs);
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, isBinary) => this.#core.hear(textOf(data, isBinary), peer));
    socket.on("close", () => {
      unwatch();
      this.#peers.delete(socket);
      const left = (this.#remotes.get(remote) ?? 1) - 1;
      if (left > 0) this.#remotes.set(remote, left);
      else this.#remotes.delete(remote);
      this.#core.leave(peer);
    });
    this.#core.join(peer);
  }
}
