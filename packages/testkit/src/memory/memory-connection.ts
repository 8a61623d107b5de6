import {
  type CloseReason,
  type Connection,
  type RoadCapabilities,
  type RoadId,
  type SignalOptions,
  SwarmError,
  type TransportId,
} from "@swarm-space/core";
import type { FramePipe } from "./frame-pipe.ts";

export interface MemoryConnectionOptions {
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly capabilities: RoadCapabilities;
  readonly rendezvous: string | undefined;
  readonly remote: string;
  /** Frames kept, in bytes, until a reader is set. */
  readonly maxEarlyBytes: number;
  schedule(run: () => void): void;
  /** This end is over. Called once. */
  onClosed(reason: CloseReason): void;
}

/** One end of a memory link. */
export class MemoryConnection implements Connection {
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly capabilities: RoadCapabilities;
  readonly rendezvous?: string;
  readonly remote: string;
  readonly closed: Promise<CloseReason>;
  readonly #o: MemoryConnectionOptions;
  readonly #settle: (reason: CloseReason) => void;
  #out: FramePipe | undefined;
  #reason: CloseReason | undefined;
  #reader: ((frame: Uint8Array) => void) | undefined;
  #early: Uint8Array[] | undefined = [];
  #earlyBytes = 0;

  constructor(o: MemoryConnectionOptions) {
    this.#o = o;
    this.transport = o.transport;
    this.road = o.road;
    this.capabilities = o.capabilities;
    if (o.rendezvous !== undefined) this.rendezvous = o.rendezvous;
    this.remote = o.remote;
    const closed = Promise.withResolvers<CloseReason>();
    this.closed = closed.promise;
    this.#settle = closed.resolve;
  }

  /** The pipe that leaves here. Set once by the link. */
  attach(out: FramePipe): void {
    this.#out = out;
  }

  get bufferedBytes(): number {
    return this.#out?.bufferedBytes ?? 0;
  }

  get isClosed(): boolean {
    return this.#reason !== undefined;
  }

  /** Why this end was closed; the orderly end carries it across, as a WebSocket's does. */
  get closeDetail(): string | undefined {
    return this.#reason?.detail;
  }

  send(frame: Uint8Array): boolean {
    if (this.#reason !== undefined || this.#out === undefined) {
      throw new SwarmError("CONNECTION_CLOSED", `the connection is closed: ${this.#reason?.detail ?? ""}`, {
        detail: { by: this.#reason?.by },
      });
    }
    if (!(frame instanceof Uint8Array)) throw new SwarmError("FRAME_INVALID", "frame: expected a Uint8Array");
    const { maxFrameBytes } = this.capabilities;
    if (frame.byteLength > maxFrameBytes) {
      throw new SwarmError("FRAME_TOO_LARGE", `frame: ${frame.byteLength} bytes, the road carries ${maxFrameBytes}`, {
        detail: { bytes: frame.byteLength, maxFrameBytes },
      });
    }
    return this.#out.push(frame);
  }

  async drained(o: SignalOptions): Promise<void> {
    o.signal.throwIfAborted();
    if (this.#reason !== undefined || this.#out === undefined) return;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(o.signal.reason);
    o.signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([this.#out.drained(), this.closed, aborted.promise]);
    } finally {
      o.signal.removeEventListener("abort", abort);
    }
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    this.#reader = onFrame;
    if (this.#early !== undefined) this.#o.schedule(() => this.#readEarly());
  }

  async close(reason = "closed"): Promise<void> {
    if (this.#reason !== undefined) return;
    this.#out?.end();
    this.finish({ by: "local", detail: reason });
  }

  /** A frame from the pipe that leads here. @returns false when this end is gone */
  receive(frame: Uint8Array): boolean {
    if (this.#reason !== undefined) return false;
    if (this.#early === undefined) {
      this.#reader?.(frame);
      return true;
    }
    this.#early.push(frame);
    this.#earlyBytes += frame.byteLength;
    if (this.#earlyBytes > this.#o.maxEarlyBytes) {
      this.#early = [];
      return false;
    }
    return true;
  }

  /** Ends this end. Only the first reason counts. */
  finish(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    if (reason.by !== "remote") {
      // After an orderly end of the other side, what it said before can still be read.
      this.#early = undefined;
      this.#reader = undefined;
    }
    this.#o.onClosed(reason);
    this.#settle(reason);
  }

  #readEarly(): void {
    const early = this.#early;
    if (early === undefined) return;
    try {
      while (early.length > 0 && this.#early !== undefined) {
        const frame = early.shift();
        if (frame !== undefined) this.#reader?.(frame);
      }
      this.#early = undefined;
    } finally {
      // The reader threw: that surfaces, and the rest is still given to it.
      if (this.#early !== undefined) this.#o.schedule(() => this.#readEarly());
    }
  }
}
