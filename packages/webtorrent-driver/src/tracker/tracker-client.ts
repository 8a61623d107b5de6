// The library's own base; in a browser, bundlers take the package of that name, which is a dependency for its sake.

import type EventEmitter from "events";
import type { ByteStream } from "../meet.ts";

export interface TrackerSettings {
  /** In hex, as `peerId`. */
  readonly infoHash: string;
  readonly peerId: string;
  readonly announce: readonly string[];
  /** Asked for in Node; a WebSocket tracker is not told. */
  readonly port: number;
  readonly wrtc: object;
  /** Where it names no servers the library names its own; with an empty list those of `wrtc` count. */
  readonly rtcConfig: { readonly iceServers?: readonly RTCIceServer[] };
}

/** A simple-peer that the tracker's client made. */
export interface TrackerPeer extends ByteStream {
  /** The other side's peer id at the tracker, in hex. */
  readonly id: string;
  readonly initiator: boolean;
  readonly connected: boolean;
  readonly destroyed: boolean;
  on(event: "data", listener: (data: Uint8Array) => void): unknown;
  on(event: "close" | "end" | "connect", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** What is used of bittorrent-tracker's client. */
export interface TrackerClient extends Pick<EventEmitter, "listenerCount"> {
  readonly _trackers: readonly WebSocketTracker[];
  start(): void;
  stop(): void;
  update(): void;
  destroy(done: () => void): void;
  on(event: "peer", listener: (peer: TrackerPeer) => void): void;
  on(event: "update", listener: (answer: { readonly complete?: unknown; readonly incomplete?: unknown }) => void): void;
  on(event: "warning" | "error", listener: (error: Error) => void): void;
}

/** An offer that nobody has answered. Its time runs until it is cleared, and at its end reaches into `peers`. */
export interface OpenOffer {
  readonly trackerTimeout?: Parameters<typeof clearTimeout>[0] | null;
  destroy(): void;
}

/**
 * bittorrent-tracker 11.0.2's client of one WebSocket tracker. It has no door of its own for what is tended here, so the methods that
 * it calls on itself are taken over on the object; the version is exact for that reason.
 */
export interface WebSocketTracker {
  readonly client: unknown;
  readonly destroyed: boolean;
  readonly socket: TrackerSocket | null;
  /** Offers that nobody has answered, by offer id. */
  readonly peers: Record<string, OpenOffer> | null;
  reconnecting: boolean;
  retries: number;
  expectingResponse: boolean;
  _createPeer(options?: object): MadePeer;
  _openSocket(): void;
  _send(message: object): void;
  _onSocketData(data: Uint8Array): void;
  _onSocketError(error: Error): void;
  _onAnnounceResponse(answer: object): void;
  _startReconnectTimer(): void;
}

/** A simple-peer as it is made. */
export interface MadePeer {
  readonly _iceCompleteTimer: Parameters<typeof clearTimeout>[0] | null;
  readonly _destroying?: boolean;
  _startIceCompleteTimeout(): void;
  _onFinish(): void;
  /** Each end begins here. */
  _destroy(done: () => void, error?: Error): void;
  destroy(): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "signal", listener: () => void): unknown;
}

export interface TrackerSocket {
  readonly connected: boolean;
  /** Of the `ws` library in Node; a browser's own has no receiver. */
  readonly _ws: { readonly _receiver?: { _maxPayload?: number } } | null;
  once(event: "connect", listener: () => void): void;
}
