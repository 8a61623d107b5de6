import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { WebSocket } from "ws";

export interface TrackerLibrarySettings {
  readonly http: boolean;
  readonly udp: false;
  readonly ws: boolean | { readonly noServer: true };
  readonly stats: false;
  /** Between announcements, in milliseconds; a WebSocket client is told a fifth of it. */
  readonly interval?: number;
  /** Peers of a swarm, and how long one that is not heard of stays, in milliseconds. */
  readonly peersCacheLength?: number;
  readonly peersCacheTtl?: number;
}

/** What is used of a swarm of bittorrent-tracker. */
export interface TrackerSwarm {
  readonly peers: { readonly length: number };
}

type Found = (error: null, swarm: TrackerSwarm | undefined) => void;

/** What is used of bittorrent-tracker's server. Where swarms are kept may be replaced: it says so itself. */
export interface TrackerLibrary {
  readonly http: HttpServer | null;
  readonly torrents: Record<string, TrackerSwarm>;
  getSwarm(infoHash: string, found: Found): void;
  createSwarm(infoHash: string, found: Found): void;
  onWebSocketConnection(socket: WebSocket): void;
  onHttpRequest(request: IncomingMessage, response: ServerResponse): void;
  listen(port: number, host: string): void;
  close(done?: () => void): void;
  on(event: "warning" | "error", listener: (error: Error) => void): void;
}
