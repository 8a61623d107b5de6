import {
  type Clock,
  type CloseReason,
  type Connection,
  type RoadCapabilities,
  type RoadId,
  type SignalOptions,
  SwarmError,
  type TransportId,
  Waiters,
} from "@swarm-space/core";
import { FrameInlet } from "@swarm-space/core/medium";
import { bindingOf } from "./description.ts";
import type { DataChannel, PeerConnection } from "./engine.ts";
import { hearMessages } from "./hear-messages.ts";
import { pathOf } from "./path.ts";
import { guardPath } from "./path-guard.ts";
import type { RestartSignalling } from "./path-restart.ts";
import { frameOf, messageOf } from "./zeros.ts";

export interface DataChannelParts {
  readonly clock: Clock;
  /** The connection owns both, and closes both. */
  readonly peer: PeerConnection;
  /** Ordered and reliable, and the only one of its peer connection. */
  readonly channel: DataChannel;
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly rendezvous?: string;
  /** Where the platform does not tell the other end's address. */
  readonly remote?: string;
  /** How long a dead path may take to come back; 10,000 unless given. In Node the library itself gives up sooner. */
  readonly graceMs?: number;
  /** Within how long an orderly end must be over; 2,000 unless given. */
  readonly closeMs?: number;
  /** By which a dead path is brought back. Without, one that failed is lost at once. */
  readonly restart?: RestartSignalling;
}

/** The kernel's largest frame, sealed, is 66,072 bytes. */
const maxFrameBytes = 66_560;
/** What a peer takes that does not say (RFC 8841 §6.1). */
const defaultMessageBytes = 65_536;
/** What is known before one is open, and holds where no TURN server carries the bytes. */
export const directCapabilities: RoadCapabilities = Object.freeze({
  direct: true,
  maxFrameBytes: defaultMessageBytes,
  latencyClassMs: 50,
});
/** The contract of `RoadCapabilities`. */
const minFrameBytes = 1_024;
/** Frames kept until there is a reader. */
const maxEarlyFrames = 256;
const maxEarlyBytes = 1_048_576;
const highWaterBytes = 1_048_576;
const lowWaterBytes = 262_144;
/** Callers that push on against `send`'s advice end the connection here; browsers themselves fail at 16 MiB. */
const maxBufferedBytes = 8_388_608;
/** The other side sent more than there is room for (RFC 9260 §3.3.10.4). */
const outOfResource = 4;

/**
 * A data channel as a connection: each frame is one binary message (`messageOf`). An empty message is the goodbye: whoever reads it
 * has read all before it, which a channel's own end does not promise (libdatachannel drops what the reader has not yet
 * taken), and closes the peer connection for both.
 *
 * Make it as soon as the channel is there, or messages are lost; then await `opened`.
 */
export class DataChannelConnection implements Connection {
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly rendezvous?: string;
  readonly closed: Promise<CloseReason>;
  readonly copiesFrames = true;
  readonly #parts: DataChannelParts;
  readonly #channel: DataChannel;
  readonly #settle: (reason: CloseReason) => void;
  readonly #open = Promise.withResolvers<void>();
  #isOpen = false;
  readonly #gone = Promise.withResolvers<void>();
  readonly #listening = new AbortController();
  readonly #inlet: FrameInlet;
  readonly #waiters = new Waiters();
  #capabilities = directCapabilities;
  #remote: string;
  #binding: Uint8Array = new Uint8Array(0);
  #reason: CloseReason | undefined;
  /** As `send` said last. In Node another thread empties the buffer, within a turn too: what was said holds until its event. */
  #isFull = false;
  /** Bytes in the buffer at most: as it was asked last, and what was sent since. */
  #unasked = 0;
  #closing: Disposable | undefined;

  constructor(parts: DataChannelParts) {
    this.#parts = parts;
    this.transport = parts.transport;
    this.road = parts.road;
    if (parts.rendezvous !== undefined) this.rendezvous = parts.rendezvous;
    this.#remote = parts.remote ?? "unknown";
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#settle = resolve;
    this.#inlet = new FrameInlet({
      onThrow: () => this.#end({ by: "local", detail: "the reader threw" }),
      most: { frames: maxEarlyFrames, bytes: maxEarlyBytes },
    });
    this.#channel = parts.channel;
    this.#listen();
  }

  get capabilities(): RoadCapabilities {
    return this.#capabilities;
  }

  get remote(): string {
    return this.#remote;
  }

  /** Both DTLS fingerprints, the lower first; empty before it is open. */
  get binding(): Uint8Array {
    return this.#binding;
  }

  get bufferedBytes(): number {
    return this.#reason === undefined ? this.#channel.bufferedAmount : 0;
  }

  /**
   * Resolves when frames can be sent and the facts of this connection are known. Aborted: nothing is left of it.
   * @throws SwarmError `DIAL_FAILED` it ended before
   */
  async opened({ signal }: SignalOptions): Promise<void> {
    let isCalledOff = false;
    const abort = () => {
      isCalledOff = this.#reason === undefined;
      this.#end({ by: "local", detail: "called off" });
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) abort();
      const path = this.#open.promise.then(() => pathOf(this.#parts.peer));
      await Promise.race([path, this.closed]);
      if (isCalledOff) signal.throwIfAborted();
      if (this.#reason) throw new SwarmError("DIAL_FAILED", `The data channel did not open: ${this.#reason.detail}`);
      const { isRelayed, remote } = await path;
      this.#remote = remote ?? this.#remote;
      this.#capabilities = { ...this.#capabilities, direct: !isRelayed };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  send(frame: Uint8Array): boolean {
    if (this.#reason) throw new SwarmError("CONNECTION_CLOSED", `The connection is closed: ${this.#reason.detail}`);
    const { maxFrameBytes: most } = this.#capabilities;
    if (frame.byteLength > most) {
      const detail = { bytes: frame.byteLength, maxFrameBytes: most };
      throw new SwarmError("FRAME_TOO_LARGE", `A frame of ${frame.byteLength} bytes is too large`, { detail });
    }
    // With room at the last frame, one more does not make so much.
    if (this.#isFull && this.#channel.bufferedAmount > maxBufferedBytes) {
      this.#end({ by: "local", detail: "too much was sent without waiting" });
      throw new SwarmError("CONNECTION_CLOSED", "The connection is closed: too much was sent without waiting");
    }
    try {
      this.#channel.send(messageOf(frame));
    } catch (error) {
      this.#end({ by: "lost", detail: "the data channel does not send any more" });
      throw new SwarmError("CONNECTION_CLOSED", "The connection is closed: its data channel is", { cause: error });
    }
    // The library is asked only where what was handed over since may have filled it.
    this.#unasked += frame.byteLength;
    if (this.#unasked >= highWaterBytes) this.#isFull = !this.#isRoomy();
    return !this.#isFull;
  }

  async drained({ signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.#reason === undefined && this.#isFull) await this.#waiters.wait(signal);
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    this.#inlet.read(onFrame);
  }

  /** `closed` settles at once. Resolves when the other side has all that was sent before, or its time is over. */
  close(reason = "closed"): Promise<void> {
    if (this.#reason === undefined) this.#sayGoodbye({ by: "local", detail: reason });
    return this.#gone.promise;
  }

  #listen(): void {
    const { signal } = this.#listening;
    const channel = this.#channel;
    channel.addEventListener("open", () => this.#onOpen(), { signal });
    hearMessages(channel, signal, (data) => this.#onMessage(data));
    // Of an earlier low it may come when there is no room any more; then another one follows.
    channel.addEventListener("bufferedamountlow", () => this.#isRoomy() && this.#makeRoom(), { signal });
    channel.addEventListener("error", (event) => this.#onChannelError(event), { signal });
    channel.addEventListener("close", () => this.#onChannelClose(), { signal });
    const { clock, peer, graceMs = 10_000, restart } = this.#parts;
    const onLost = (detail: string) => this.#end({ by: "lost", detail });
    guardPath({ clock, peer, graceMs, signal, signalling: restart, isOpen: () => this.#isOpen, onLost });
    try {
      channel.binaryType = "arraybuffer";
      channel.bufferedAmountLowThreshold = lowWaterBytes;
    } catch {
      // Node's channel throws once it is closed; that it is, shows below.
    }
    if (channel.readyState === "open") this.#onOpen();
    else if (channel.readyState !== "connecting") this.#onChannelClose();
  }

  #onOpen(): void {
    const { peer } = this.#parts;
    const { localDescription: local, remoteDescription: remote } = peer;
    if (local === null || remote === null) {
      // Chromium may tell of the channel first, and then of the description by which it opened.
      const { signal } = this.#listening;
      return peer.addEventListener("signalingstatechange", () => this.#onOpen(), { signal, once: true });
    }
    const binding = bindingOf(local.sdp ?? "", remote.sdp ?? "");
    if (binding === undefined) return this.#end({ by: "protocol", detail: "a description has no single fingerprint" });
    const messageBytes = peer.sctp?.maxMessageSize ?? defaultMessageBytes;
    if (messageBytes <= minFrameBytes) {
      return this.#end({ by: "protocol", detail: `the other side takes messages of at most ${messageBytes} bytes` });
    }
    this.#binding = binding;
    this.#capabilities = { ...this.#capabilities, maxFrameBytes: Math.min(maxFrameBytes, messageBytes - 1) };
    this.#isOpen = true;
    this.#open.resolve();
  }

  #onMessage(data: unknown): void {
    if (this.#reason !== undefined) return this.#onLateMessage(data);
    if (!(data instanceof Uint8Array)) return this.#end({ by: "protocol", detail: "a message was no bytes" });
    const { byteLength } = data;
    if (byteLength === 0) return this.#end({ by: "remote", detail: "closed by the other side" });
    const frame = byteLength > maxFrameBytes + 1 ? undefined : frameOf(data);
    if (frame === undefined || frame.byteLength > maxFrameBytes) {
      return this.#end({ by: "protocol", detail: `a frame of ${byteLength} bytes` });
    }
    if (!this.#inlet.push(frame)) this.#end({ by: "protocol", detail: "frames before anybody reads" });
  }

  /** Where both say goodbye at once, neither waits for the other. */
  #onLateMessage(data: unknown): void {
    if (data instanceof Uint8Array && data.byteLength === 0) this.#release();
  }

  /** Of a message that is more than it takes Chromium says so here; a close follows, and the peer connection stays. */
  #onChannelError(event: Event): void {
    const { sctpCauseCode }: Partial<RTCError> = Object("error" in event ? event.error : undefined);
    if (sctpCauseCode !== outOfResource) return this.#end({ by: "lost", detail: "the data channel failed" });
    this.#end({ by: "protocol", detail: "a message was more than is taken" });
  }

  #onChannelClose(): void {
    const isUp = this.#parts.peer.connectionState === "connected";
    this.#end({ by: isUp ? "remote" : "lost", detail: "the data channel closed without a goodbye" });
  }

  #makeRoom(): void {
    this.#isFull = false;
    this.#waiters.wake();
  }

  #isRoomy(): boolean {
    this.#unasked = this.#channel.bufferedAmount;
    return this.#unasked < highWaterBytes;
  }

  #sayGoodbye(reason: CloseReason): void {
    const { clock, closeMs = 2_000 } = this.#parts;
    if (this.#channel.readyState !== "open") return this.#end(reason);
    try {
      this.#channel.send(new Uint8Array(0));
    } catch {
      return this.#end(reason);
    }
    this.#over(reason);
    this.#closing = clock.timer(closeMs, () => this.#release());
  }

  /** For the one above, the connection is over. */
  #over(reason: CloseReason): void {
    this.#reason = reason;
    if (reason.by !== "remote") this.#inlet.end();
    this.#waiters.wake();
    this.#settle(reason);
  }

  #end(reason: CloseReason): void {
    if (this.#reason === undefined) this.#over(reason);
    this.#release();
  }

  #release(): void {
    this.#listening.abort();
    this.#closing?.[Symbol.dispose]();
    try {
      this.#channel.close();
    } catch {
      // A channel that is closed already has nothing to say.
    }
    this.#parts.peer.close();
    this.#gone.resolve();
  }
}
