import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import express from "express";
import { WebSocketServer } from "ws";
import { GuardedSocket } from "../door/guarded-socket.ts";
import { Admission } from "./admission.ts";
import { type LoadedPeer, loadPeer } from "./load-peer.ts";
import { type PeerServerOptions, type PeerServerSettings, settle } from "./options.ts";
import { SignalDoor } from "./signal-door.ts";
import { maxSignalBytes } from "./signal-guard.ts";

export interface PeerServerStats {
  readonly connections: number;
  /** Ids that are held. */
  readonly ids: number;
  /** Messages passed on or answered. */
  readonly passed: number;
  /** Messages that were dropped. */
  readonly rejected: number;
  /** Requests and connections turned away. */
  readonly refused: number;
}

/** A running PeerServer. */
export interface RunningPeerServer {
  /** `http:` URL under which this process reaches it. */
  readonly url: string;
  readonly port: number;
  readonly key: string;
  /** It listens. */
  readonly isUp: boolean;
  stats(): PeerServerStats;
  /** Ends every socket and timer. Twice is harmless. */
  close(): Promise<void>;
}

const goingAway = 1001;
/** How long sockets may take to close in order. */
const closeMs = 300;

/**
 * Starts the PeerServer of the `peer` library behind a door: requests, connections, ids, messages and their sizes are bounded, and
 * what is no message of PeerJS never reaches it. Rejects when its port cannot be had.
 */
export async function openPeerServer(options: PeerServerOptions): Promise<RunningPeerServer> {
  const settings = settle(options);
  const server = new GuardedPeerServer(settings);
  const port = await server.listen().catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    port,
    key: settings.key,
    url: `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}/`,
    get isUp() {
      return server.isUp;
    },
    stats: () => server.stats,
    close: () => {
      closing ??= server.close();
      return closing;
    },
  };
}

class GuardedPeerServer {
  readonly #settings: PeerServerSettings;
  readonly #library: LoadedPeer;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxSignalBytes,
    perMessageDeflate: false,
    WebSocket: GuardedSocket,
  });
  readonly #door: SignalDoor;
  readonly #admission: Admission;

  constructor(settings: PeerServerSettings) {
    const { clock, key, maxConnections } = settings;
    this.#settings = settings;
    this.#door = new SignalDoor(settings);
    this.#admission = new Admission(settings, this.#door.residents);
    this.#http = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 });
    this.#http.maxConnections = maxConnections + 64;
    this.#library = loadPeer(clock);
    const app = this.#library.ExpressPeerServer(this.#http, {
      key,
      concurrent_limit: maxConnections,
      createWebSocketServer: () => this.#sockets,
    });
    app.on("error", () => undefined); // it tells of each faulty socket here, and ends the process where nobody hears it
    app.on("connection", (client) => {
      const socket = client.getSocket();
      if (socket instanceof GuardedSocket) this.#door.residents.enter(client.getId(), socket);
    });
    const pages = express().use(app); // the library's server begins when its app is taken in
    this.#http.on("connection", (socket) => this.#admission.connection(socket));
    this.#http.on("request", (request, response) => this.#answer(request, response, pages));
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.on("clientError", (_error, socket) => socket.destroy());
    this.#sockets.on("wsClientError", (_error, socket) => socket.destroy());
  }

  get isUp(): boolean {
    return this.#http.listening;
  }

  get stats(): PeerServerStats {
    const connections = this.#sockets.clients.size;
    return { connections, ids: this.#door.residents.size, ...this.#door.counts, refused: this.#admission.refused };
  }

  /** @returns the port */
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
    this.#library.end();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    for (const socket of this.#sockets.clients) socket.close(goingAway, "the server closes");
    const cut = this.#settings.clock.timer(closeMs, () => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    });
    await closed;
    cut[Symbol.dispose]();
    this.#sockets.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse, pages: RequestListener): void {
    const refusal = this.#admission.page(request);
    if (refusal === undefined) return pages(request, response);
    response.writeHead(refusal, { "content-type": "text/plain", connection: "close" }).end("A PeerServer.\n");
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.#admission.client(request, this.#sockets.clients.size);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#admission.enter(client, request);
      this.#door.watch(client);
      this.#sockets.emit("connection", client, request);
    });
  }
}
