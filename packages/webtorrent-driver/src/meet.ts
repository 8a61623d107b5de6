import type { Clock, PeerId } from "@swarm-space/core";
import type { Heard } from "./greeting.ts";
import { tendWire, type Wire } from "./wire.ts";

/** A two-way stream of bytes: a TCP socket, a tracker's data channel. */
export interface ByteStream {
  write(data: Uint8Array): unknown;
  destroy(): unknown;
  on(event: "data", listener: (data: Uint8Array) => void): unknown;
  on(event: "close" | "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface MeetParts {
  readonly stream: ByteStream;
  readonly wire: Wire;
  readonly clock: Clock;
  /** Info hash to ask for, in hex. Undefined: the other side asks, and `admits` says whether for one of ours. */
  readonly infoHash: string | undefined;
  admits(infoHash: string): boolean;
  /** 40 hex digits; new ones for each run. */
  readonly wireId: string;
  /** Undefined: this node does not say who it is. */
  readonly self: PeerId | undefined;
  /** For all of it, in milliseconds. */
  readonly timeoutMs: number;
}

/** After both have spoken, for who does not say that it has heard, as a whole WebTorrent client. */
const lingerMs = 1_000;

/** "silent": it did not come so far. */
export type Meeting = Heard | "silent";

/**
 * A greeting over a stream by BitTorrent's wire protocol (BEP 3, BEP 10), and the end of the stream. `heard` is called as soon as the
 * other side has spoken, once. A keep-alive tells the other side that it was heard, so that neither waits.
 * @returns ends it at once. Twice is harmless.
 */
export function meet(parts: MeetParts, heard: (meeting: Meeting) => void, ended: () => void): () => void {
  const { stream, wire, clock, infoHash, wireId } = parts;
  let isOver = false;
  let hasHeard = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    timer[Symbol.dispose]();
    tell("silent");
    wire.destroy();
    stream.destroy();
    ended();
  };
  const tell = (meeting: Meeting) => {
    if (hasHeard) return;
    hasHeard = true;
    heard(meeting);
  };
  let timer = clock.timer(parts.timeoutMs, end);
  tendWire(wire, parts.self, {
    heard: (greeting) => {
      tell(greeting);
      if (isOver) return;
      wire.keepAlive();
      timer[Symbol.dispose]();
      timer = clock.timer(lingerMs, end);
    },
    malformed: () => {
      tell("malformed");
      end();
    },
  });
  wire.on("handshake", (asked) => {
    if (infoHash === undefined ? !parts.admits(asked) : asked !== infoHash) end();
    else if (infoHash === undefined) wire.handshake(asked, wireId);
  });
  wire.on("keep-alive", () => {
    if (hasHeard) end();
  });
  // The library ends it where the first bytes are no handshake.
  wire.on("finish", () => {
    tell("malformed");
    end();
  });
  wire.on("data", (data) => {
    if (!isOver) stream.write(data);
  });
  stream.on("data", (data) => {
    if (!isOver) wire.write(data);
  });
  stream.on("close", end);
  stream.on("end", end);
  stream.on("error", end);
  if (infoHash !== undefined) wire.handshake(infoHash, wireId);
  return end;
}
