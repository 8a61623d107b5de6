import type { PeerId } from "@swarm-space/core";
import { type Heard, readGreeting } from "./greeting.ts";

/** What is used of bittorrent-protocol's wire. */
export interface Wire {
  readonly destroyed: boolean;
  readonly type: string;
  /** Sent with the extended handshake (BEP 10). */
  extendedHandshake: Record<string, unknown>;
  _write(data: Uint8Array, done: (error?: Error | null) => void): void;
  _onMessage(message: Uint8Array): void;
  write(data: Uint8Array): boolean;
  handshake(infoHash: string, peerId: string): void;
  keepAlive(): void;
  destroy(): void;
  on(event: "data", listener: (data: Uint8Array) => void): void;
  on(event: "handshake", listener: (infoHash: string, peerId: string) => void): void;
  on(event: "extended", listener: (kind: string, message: unknown) => void): void;
  on(event: "keep-alive" | "end" | "close" | "finish", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
}

export interface WireEars {
  /** The other side has said who it is, or that it does not. */
  heard(greeting: Heard): void;
  /** It sent what no peer of ours would. Called once. */
  malformed(): void;
}

/** A greeting is a few hundred bytes; what sends more has something else in mind. */
const maxBytes = 65_536;

/**
 * Says who we are on the wire and hears who is there. Bytes that the library cannot bear end here: it would throw where nobody
 * catches.
 * @param maxTotal bytes that may come at all; a whole WebTorrent client's wires go on
 */
export function tendWire(wire: Wire, self: PeerId | undefined, ears: WireEars, maxTotal = maxBytes): void {
  if (self !== undefined) wire.extendedHandshake["swarm"] = self;
  let taken = 0;
  let isOver = false;
  const fail = () => {
    if (isOver) return;
    isOver = true;
    ears.malformed();
    wire.destroy();
  };
  const write = wire._write.bind(wire);
  wire._write = (data, done) => {
    taken += data.length;
    if (isOver || taken > maxTotal) {
      fail();
      return done(null);
    }
    try {
      write(data, done);
    } catch {
      fail();
      done(null);
    }
  };
  // A wire that has spoken before it came here reads on in the same chunk.
  const onMessage = wire._onMessage.bind(wire);
  wire._onMessage = (message) => {
    try {
      onMessage(message);
    } catch {
      fail();
    }
  };
  wire.on("error", fail);
  wire.on("extended", (kind, message) => {
    if (kind === "handshake" && !isOver) ears.heard(readGreeting(message));
  });
}
