import type { GuardedSocket } from "./guarded-socket.ts";

/** Settings of bittorrent-dht that are used. */
export interface DhtSettings {
  /** "host:port". False: it asks nobody. */
  readonly bootstrap: readonly string[] | false;
  readonly socket: GuardedSocket;
  readonly nodeId?: string;
  /** For an answer of a node, in milliseconds. A lookup, and the announcement after it, waits so long for nodes that are gone. */
  readonly timeout?: number;
  /** Most peers and values that it keeps for others. */
  readonly maxPeers?: number;
  readonly maxValues?: number;
  /** How long it keeps a peer that is not announced again, in milliseconds. */
  readonly maxAge?: number;
}

/** What is used of bittorrent-dht. */
export interface Dht {
  readonly nodes: { count(): number };
  listen(port: number, host: string): void;
  address(): { readonly port: number };
  /** Peers come as events. @returns ends it: it asks no further node */
  lookup(infoHash: string, done: (error?: Error | null) => void): () => void;
  announce(infoHash: string, port: number, done: (error?: Error | null) => void): void;
  destroy(done: () => void): void;
  on(
    event: "peer",
    listener: (peer: { readonly host: string; readonly port: number }, infoHash: Uint8Array) => void,
  ): void;
  on(event: "error" | "warning", listener: (error: Error) => void): void;
  on(event: "listening" | "node" | "announce", listener: () => void): void;
  once(event: "listening", listener: () => void): void;
}
