import {
  type Clock,
  type CloseReason,
  type Connection,
  type RoadCapabilities,
  type SignalOptions,
  SwarmError,
  type TransportId,
  Waiters,
} from "@swarm-space/core";
import { FrameInlet, Interruption } from "@swarm-space/core/medium";
import { AckDelay } from "./ack-delay.ts";
import type { Carrier } from "./carrier.ts";
import { type Ack, encodePacket, splitFrames } from "./packet.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { relayCapabilities } from "./relay-capabilities.ts";
import { RoundTrip } from "./round-trip.ts";
import { SendWindow, type Sent } from "./send-window.ts";

export interface VirtualConnectionParts {
  /** Whose road it is. */
  readonly transport: TransportId;
  readonly clock: Clock;
  readonly carrier: Carrier;
  /** The other side's id of this connection. */
  readonly remoteId: string;
  readonly frameBytes: number;
  readonly bufferBytes: number;
  readonly graceMs: number;
  readonly lostMs: number;
  readonly probeMs: number;
}

const maxPackets = 256;
const windowBytes = 786_432;
/** Frames wait for a reader up to here; beyond, packets are not acknowledged and come again. */
const maxUnread = 256;
/** Frames that callers push against `send`'s advice end the connection here. */
const maxQueuedBytes = 64 * 1_048_576;
const maxSocketBytes = 2 * 1_048_576;
/** How long what the socket had no room for waits. */
const roomMs = 8;
const minRetransmitMs = 200;
const maxRetransmitMs = 1_500;

/** A two-way lane of frames over inbox souls of one relay: in order, once, acknowledged. */
export class VirtualConnection implements Connection {
  readonly transport: TransportId;
  readonly road = "relay";
  readonly capabilities: RoadCapabilities;
  readonly rendezvous: string;
  readonly remote: string;
  readonly closed: Promise<CloseReason>;
  readonly #parts: VirtualConnectionParts;
  readonly #settle: (reason: CloseReason) => void;
  readonly #out: SendWindow;
  readonly #in = new ReceiveWindow(maxPackets);
  readonly #roundTrip = new RoundTrip(minRetransmitMs, maxRetransmitMs);
  readonly #ackDelay: AckDelay;
  readonly #waiters = new Waiters();
  readonly #interruption = new Interruption();
  readonly #inlet = new FrameInlet({ onThrow: () => this.#end({ by: "local", detail: "the reader threw" }, true) });
  #reason: CloseReason | undefined;
  #linked = true;
  #pumping = false;
  #heardAt: number;
  #progressAt: number;
  #watch: { readonly at: number; readonly timer: Disposable } | undefined;
  #graceTimer: Disposable | undefined;

  constructor(parts: VirtualConnectionParts) {
    this.#parts = parts;
    this.transport = parts.transport;
    this.capabilities = relayCapabilities(parts.frameBytes);
    this.rendezvous = parts.carrier.relay;
    this.remote = parts.carrier.remote;
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#settle = resolve;
    this.#out = new SendWindow({ maxPackets, maxBytes: windowBytes, maxBody: parts.frameBytes + 2 });
    this.#ackDelay = new AckDelay(parts.clock, () => this.#acknowledge());
    this.#heardAt = this.#progressAt = parts.clock.now();
    this.#arm();
  }

  /** The other side's id of this connection. */
  get remoteId(): string {
    return this.#parts.remoteId;
  }

  get bufferedBytes(): number {
    return this.#out.queuedBytes + Math.min(this.#out.sentBytes, this.#parts.carrier.bufferedBytes);
  }

  send(frame: Uint8Array): boolean {
    if (this.#reason) throw new SwarmError("CONNECTION_CLOSED", `The connection is closed: ${this.#reason.detail}`);
    if (frame.length > this.#parts.frameBytes) {
      const detail = { bytes: frame.length, maxFrameBytes: this.#parts.frameBytes };
      throw new SwarmError("FRAME_TOO_LARGE", `A frame of ${frame.length} bytes is too large`, { detail });
    }
    if (this.#out.queuedBytes > maxQueuedBytes) {
      this.#end({ by: "local", detail: "too much was sent without waiting" }, true);
      throw new SwarmError("CONNECTION_CLOSED", "The connection is closed: too much was sent without waiting");
    }
    this.#out.push(frame);
    this.#schedulePump();
    return this.#roomy();
  }

  async drained({ signal }: SignalOptions): Promise<void> {
    signal.throwIfAborted();
    if (!this.#reason && !this.#roomy()) await this.#waiters.wait(signal);
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    this.#inlet.read(onFrame);
  }

  /** The link to the relay is down; another socket that takes its place in the same turn is no interruption. */
  onInterrupted(listener: (isInterrupted: boolean) => void): () => void {
    return this.#interruption.onInterrupted(listener);
  }

  close(reason = "closed"): Promise<void> {
    if (!this.#reason) {
      for (let sent = this.#out.next(true); sent; sent = this.#out.next(true)) this.#put(sent);
      this.#end({ by: "local", detail: reason }, true);
    }
    return Promise.resolve();
  }

  /** A data packet from the other side. */
  onData(sequence: number, ack: Ack, body: Uint8Array): void {
    this.onAck(ack);
    if (this.#reason || this.#inlet.size >= maxUnread) return;
    const frames: Uint8Array[] = [];
    for (const ready of this.#in.take(sequence, body)) frames.push(...(splitFrames(ready) ?? []));
    if (this.#ackDelay.took() || this.#in.gap) this.#acknowledge();
    for (const frame of frames) this.#inlet.push(frame);
  }

  /** What the other side has. */
  onAck(ack: Ack): void {
    if (this.#reason) return;
    const now = this.#parts.clock.now();
    this.#heardAt = now;
    const settled = this.#out.acknowledge(ack);
    if (settled.length > 0) {
      this.#progressAt = now;
      const newest = settled.at(-1);
      if (newest?.tries === 1) this.#roundTrip.sample(now - newest.sentAt);
      this.#parts.carrier.discard(settled.flatMap((sent) => sent.keys));
    }
    if (ack.beyond !== 0) for (const sent of this.#out.overtaken()) this.#put(sent);
    if (settled.length > 0) this.#pump();
  }

  /** The other side closed, or broke what it promised. */
  onClose(detail: string): void {
    this.#end({ by: "remote", detail: detail || "closed by the other side" }, false);
  }

  /** Tells the other side that this one stands, though there is nothing to acknowledge yet. */
  confirm(): void {
    this.#acknowledge();
  }

  /** The relay is away. Within the grace it may come back as if nothing was. */
  linkDown(why: string): void {
    if (this.#reason || !this.#linked) return;
    this.#linked = false;
    this.#interruption.set(true);
    const lose = () => this.#end({ by: "lost", detail: `the relay is away: ${why}` }, false);
    if (this.#parts.graceMs === 0) lose();
    else this.#graceTimer = this.#parts.clock.timer(this.#parts.graceMs, lose);
  }

  /** The relay is back: what was out then is sent again. */
  linkUp(): void {
    if (this.#reason || this.#linked) return;
    this.#linked = true;
    this.#interruption.set(false);
    this.#graceTimer?.[Symbol.dispose]();
    this.#progressAt = this.#parts.clock.now();
    for (const sent of [...this.#out.sent]) if (!sent.arrived) this.#put(sent);
    this.#acknowledge();
    this.#pump();
  }

  #roomy(): boolean {
    return this.#out.queuedBytes < this.#parts.bufferBytes;
  }

  #schedulePump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#reason || !this.#linked) return;
    while (this.#parts.carrier.bufferedBytes < maxSocketBytes) {
      const sent = this.#out.next();
      if (!sent) break;
      this.#put(sent);
    }
    this.#arm();
    if (this.#roomy()) this.#waiters.wake();
  }

  #put(sent: Sent): void {
    const now = this.#parts.clock.now();
    if (sent.tries === 0 && sent === this.#out.oldest) this.#progressAt = now;
    sent.sentAt = now;
    sent.tries += 1;
    const { sequence, body } = sent;
    const packet = encodePacket({ kind: "data", to: this.#parts.remoteId, sequence, ack: this.#in.ack, body });
    const key = this.#parts.carrier.put(packet);
    if (key !== undefined) sent.keys.push(key);
    this.#ackDelay.done();
  }

  /** What is overdue goes out again, under new keys; not all at once, for the relay may be slow rather than lossy. */
  #putAgain(now: number): void {
    let room = 16;
    for (const sent of [...this.#out.sent]) {
      if (room === 0 || sent.sentAt + this.#roundTrip.timeout(sent.tries) > now) return;
      if (sent.arrived) continue;
      room -= 1;
      this.#put(sent);
    }
  }

  #acknowledge(): void {
    if (this.#reason) return;
    this.#ackDelay.done();
    this.#parts.carrier.putAck(encodePacket({ kind: "ack", to: this.#parts.remoteId, ack: this.#in.ack }));
  }

  /** When something is due: a retransmission, a probe, or sending what the socket had no room for. */
  #due(): number {
    const { oldest } = this.#out;
    const { probeMs, clock } = this.#parts;
    if (!oldest) return this.#out.queuedBytes > 0 ? clock.now() + roomMs : this.#heardAt + probeMs;
    return oldest.sentAt + this.#roundTrip.timeout(oldest.tries);
  }

  #arm(): void {
    const at = this.#due();
    if (this.#reason || (this.#watch && this.#watch.at <= at)) return;
    this.#watch?.timer[Symbol.dispose]();
    const delayMs = Math.max(1, at - this.#parts.clock.now());
    this.#watch = { at, timer: this.#parts.clock.timer(delayMs, () => this.#onWatch(at)) };
  }

  #onWatch(at: number): void {
    this.#watch = undefined;
    const now = this.#parts.clock.now();
    // A process that slept cannot blame the other side for the time.
    if (now - at > 1_000) this.#progressAt = Math.max(this.#progressAt, now - this.#parts.lostMs / 2);
    const { oldest } = this.#out;
    if (this.#linked && this.#due() <= now) {
      if (!oldest && this.#out.queuedBytes === 0) this.#put(this.#out.probe());
      else if (oldest && now - this.#progressAt >= this.#parts.lostMs) {
        const detail = `nothing acknowledged for ${Math.round(now - this.#progressAt)} ms`;
        return this.#end({ by: "lost", detail }, true);
      } else if (oldest) this.#putAgain(now);
    }
    this.#pump();
    this.#arm();
  }

  #end(reason: CloseReason, tell: boolean): void {
    if (this.#reason) return;
    this.#reason = reason;
    for (const timer of [this.#watch?.timer, this.#graceTimer]) timer?.[Symbol.dispose]();
    this.#ackDelay.done();
    this.#interruption.end();
    const { carrier, remoteId } = this.#parts;
    if (tell) carrier.putOnce(encodePacket({ kind: "close", to: remoteId, detail: reason.detail }));
    carrier.discard([...this.#out.sent].flatMap((sent) => sent.keys));
    carrier.end();
    this.#out.clear();
    if (reason.by !== "remote") this.#inlet.end();
    this.#waiters.wake();
    this.#settle(reason);
  }
}
