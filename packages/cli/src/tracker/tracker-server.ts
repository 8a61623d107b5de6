import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "@swarm-space/core";
import { Server } from "bittorrent-tracker";
import { WebSocketServer } from "ws";
import { maxAnnounceBytes } from "./announce-guard.ts";
import { TrackerDoor, type TrackerLimits } from "./tracker-door.ts";
import type { TrackerLibrary } from "./tracker-library.ts";
import { TrackerSocket } from "./tracker-socket.ts";

export interface TrackerOptions extends Partial<TrackerLimits> {
  readonly clock: Clock;
  /** Default 8000; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1". */
  readonly host?: string;
  /** Default 1,024. */
  readonly maxSwarms?: number;
  /** Peers of one swarm; the longest unheard of gives way. Default 1,000. */
  readonly maxPeersPerSwarm?: number;
}

export interface TrackerStats {
  readonly connections: number;
  readonly swarms: number;
  /** In all swarms. */
  readonly peers: number;
  /** Announcements that were heard. */
  readonly passed: number;
  /** Messages that were dropped. */
  readonly rejected: number;
  /** Requests and connections turned away. */
  readonly refused: number;
}

/** A running tracker. */
export interface RunningTracker {
  /** `ws:` URL for clients of WebTorrent. */
  readonly url: string;
  readonly port: number;
  /** It listens. */
  readonly isUp: boolean;
  stats(): TrackerStats;
  /** Ends every socket and timer. Twice is harmless. */
  close(): Promise<void>;
}

const peerMs = 1_200_000;
const goingAway = 1001;
/** How long sockets may take to close in order. */
const closeMs = 300;

/**
 * Starts the tracker of `bittorrent-tracker` behind a door: WebSocket (WebTorrent) and HTTP (BEP 3). It brings together who names the
 * same info hash. Rejects when its port cannot be had.
 */
export async function openTracker(options: TrackerOptions): Promise<RunningTracker> {
  const server = new GuardedTracker(options);
  const { host = "127.0.0.1", port: asked = 8_000 } = options;
  const port = await server.listen(asked, host).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `ws://${host.includes(":") ? `[${host}]` : host}:${port}`,
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

class GuardedTracker {
  readonly #clock: Clock;
  readonly #http: HttpServer;
  readonly #library: TrackerLibrary;
  readonly #door: TrackerDoor;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxAnnounceBytes,
    perMessageDeflate: false,
    WebSocket: TrackerSocket,
  });

  constructor(o: TrackerOptions) {
    const { clock, maxConnections = 1_024, maxConnectionsPerRange = 128, maxSwarmsPerClient = 8 } = o;
    this.#clock = clock;
    this.#door = new TrackerDoor(clock, { maxConnections, maxConnectionsPerRange, maxSwarmsPerClient });
    const cache = { peersCacheLength: o.maxPeersPerSwarm ?? 1_000, peersCacheTtl: peerMs };
    this.#library = new Server({ http: false, udp: false, ws: { noServer: true }, stats: false, ...cache });
    this.#library.on("warning", () => undefined);
    this.#library.on("error", () => undefined);
    this.#keepSwarms(o.maxSwarms ?? 1_024);
    this.#http = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 });
    this.#http.maxConnections = maxConnections + 64;
    this.#http.on("request", (request, response) => this.#answer(request, response));
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.on("clientError", (_error, socket) => socket.destroy());
    this.#sockets.on("wsClientError", (_error, socket) => socket.destroy());
  }

  get isUp(): boolean {
    return this.#http.listening;
  }

  get stats(): TrackerStats {
    const swarms = Object.values(this.#library.torrents).filter(({ peers }) => peers.length > 0);
    const peers = swarms.reduce((sum, swarm) => sum + swarm.peers.length, 0);
    return { connections: this.#sockets.clients.size, swarms: swarms.length, peers, ...this.#door.counts };
  }

  /** @returns the port */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen({ port, host }, () => {
        this.#http.off("error", reject);
        this.#http.on("error", () => undefined);
        const address = this.#http.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  }

  /** Resolves when every socket is gone; those that do not close in time are cut. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    for (const socket of this.#sockets.clients) socket.close(goingAway, "the tracker closes");
    const cut = this.#clock.timer(closeMs, () => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    });
    await closed;
    cut[Symbol.dispose]();
    this.#sockets.close();
    this.#library.close();
  }

  /**
   * The library keeps every swarm for ever, and asks for one in a later turn, where its throw would end the process: here they are few,
   * and asked for at once. A swarm that is empty gives way; where none is, the newcomer is refused.
   */
  #keepSwarms(maxSwarms: number): void {
    const library = this.#library;
    library.getSwarm = (infoHash, found) => found(null, library.torrents[infoHash]);
    library.createSwarm = (infoHash, found) => {
      const names = Object.keys(library.torrents);
      if (names.length >= maxSwarms)
        for (const name of names) if (library.torrents[name]?.peers.length === 0) delete library.torrents[name];
      if (Object.keys(library.torrents).length >= maxSwarms) throw new RangeError("too many swarms");
      const swarm = new Server.Swarm(infoHash, library);
      library.torrents[infoHash] = swarm;
      found(null, swarm);
    };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { remoteAddress } = request.socket;
    const isAnnounce = request.method === "GET" && request.url?.startsWith("/announce?") === true;
    const refusal = this.#door.refusal(remoteAddress, 0);
    if (refusal !== undefined || !isAnnounce) {
      const status = refusal === undefined ? 404 : Number.parseInt(refusal, 10);
      response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end("A tracker.\n");
      return;
    }
    try {
      this.#library.onHttpRequest(request, response);
      this.#door.counts.passed += 1;
    } catch {
      this.#door.counts.rejected += 1;
      response.destroy();
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const { remoteAddress } = request.socket;
    const refusal = this.#door.refusal(remoteAddress, this.#sockets.clients.size);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      client.upgradeReq = request;
      this.#door.enter(client, remoteAddress);
      this.#library.onWebSocketConnection(client);
    });
  }
}
