import {
  type CloseReason,
  type Connection,
  type RoadCapabilities,
  type RoadId,
  type SignalOptions,
  SwarmError,
  type TransportId,
} from "@swarm-space/core";
import type { Datagram, DatagramEndpoint, DatagramKind } from "./datagram.ts";
import { DatagramLane } from "./datagram-lane.ts";
import type { DatagramNetwork } from "./datagram-network.ts";

export interface DatagramConnectionOptions {
  readonly network: DatagramNetwork;
  readonly endpoint: DatagramEndpoint;
  readonly road: RoadId;
  readonly capabilities: RoadCapabilities;
  readonly remote: string;
  /** Number of the link, the same at both ends. */
  readonly link: number;
  /** The link is over for good: nothing of it is to be kept. Called once. */
  readonly onOver: () => void;
}

const highWaterBytes = 262_144;
/** Frames that may be here before those they follow. */
const mostHeld = 1_024;
/** Frames that nobody reads: beyond, whoever sends them is cut off. */
const mostEarlyBytes = 4 * 1_048_576;

/** One end of a reliable, ordered lane over datagrams. It dies when the medium stays silent, as a TCP connection does. */
export class DatagramConnection implements Connection {
  readonly transport: TransportId;
  readonly road: RoadId;
  readonly capabilities: RoadCapabilities;
  readonly rendezvous?: string;
  readonly remote: string;
  readonly closed: Promise<CloseReason>;
  readonly #o: DatagramConnectionOptions;
  readonly #settle: (reason: CloseReason) => void;
  readonly #lane: DatagramLane;
  readonly #held = new Map<number, Uint8Array | undefined>();
  #expected = 0;
  #reason: CloseReason | undefined;
  #over = false;
  #reader: ((frame: Uint8Array) => void) | undefined;
  #early: Uint8Array[] | undefined = [];
  #earlyBytes = 0;
  #room = Promise.withResolvers<void>();

  constructor(o: DatagramConnectionOptions) {
    this.#o = o;
    this.transport = o.endpoint.transport;
    this.road = o.road;
    this.capabilities = o.capabilities;
    this.remote = o.remote;
    if (o.endpoint.rendezvous !== undefined) this.rendezvous = o.endpoint.rendezvous;
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#settle = resolve;
    const { network, endpoint, remote } = o;
    this.#lane = new DatagramLane({
      clock: endpoint.clock,
      send: (seq, frame, again) => {
        if (again) network.counters.resent++;
        this.#emit("data", seq, frame);
      },
      roundTripMs: () => {
        const there = network.faultsOf(this.transport, endpoint.name, remote);
        const back = network.faultsOf(this.transport, remote, endpoint.name);
        return there.latencyMs + there.jitterMs + back.latencyMs + back.jitterMs;
      },
      onBroken: () => this.break("the medium is silent"),
      onEnded: () => this.#end(),
      onRoom: () => this.#drain(),
    });
  }

  get isClosed(): boolean {
    return this.#reason !== undefined;
  }

  get bufferedBytes(): number {
    return this.#lane.bufferedBytes;
  }

  send(frame: Uint8Array): boolean {
    if (this.#reason !== undefined)
      throw new SwarmError("CONNECTION_CLOSED", `the connection is closed: ${this.#reason.detail}`);
    const { maxFrameBytes } = this.capabilities;
    if (frame.length > maxFrameBytes)
      throw new SwarmError("FRAME_TOO_LARGE", `frame: ${frame.length} bytes, the road carries ${maxFrameBytes}`);
    this.#lane.push(frame);
    return this.bufferedBytes < highWaterBytes;
  }

  async drained(o: SignalOptions): Promise<void> {
    o.signal.throwIfAborted();
    if (this.#reason !== undefined || this.bufferedBytes < highWaterBytes) return;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(o.signal.reason);
    o.signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([this.#room.promise, this.closed, aborted.promise]);
    } finally {
      o.signal.removeEventListener("abort", abort);
    }
  }

  read(onFrame: (frame: Uint8Array) => void): void {
    this.#reader = onFrame;
    if (this.#early !== undefined) queueMicrotask(() => this.#readEarly());
  }

  async close(reason = "closed"): Promise<void> {
    if (this.#reason !== undefined) return;
    this.#lane.push(undefined);
    this.#finish({ by: "local", detail: reason });
  }

  /** A datagram of this link came. */
  receive(datagram: Datagram): void {
    if (this.#over) return;
    this.#lane.heard();
    if (datagram.kind === "reset") return this.break("the other side knows no such connection");
    if (datagram.kind === "ack") return this.#lane.acknowledged(datagram.seq, datagram.next);
    if (datagram.kind !== "data") return;
    this.#take(datagram);
    // Taking it may have ended the connection.
    if (!this.#over) this.#emit("ack", datagram.seq);
  }

  /** The medium dies. */
  break(detail: string): void {
    if (this.#over) return;
    if (this.#reason === undefined) this.#o.network.counters.brokenLanes++;
    this.#finish({ by: "lost", detail });
    this.#end();
  }

  /** Lets go at once, without waiting for the other side to hear of it. */
  abandon(): void {
    if (this.#over) return;
    this.#emit("reset", 0);
    this.#end();
  }

  /** As when the process dies: nobody is told, here or there. */
  freeze(): void {
    this.#over = true;
    this.#lane.stop();
  }

  #take({ seq, frame }: Datagram): void {
    if (seq < this.#expected || this.#held.has(seq) || seq >= this.#expected + mostHeld) return;
    this.#held.set(seq, frame);
    while (this.#held.has(this.#expected) && !this.#over) {
      const next = this.#held.get(this.#expected);
      this.#held.delete(this.#expected++);
      if (next !== undefined) this.#give(next);
      else {
        this.#emit("ack", seq);
        this.#finish({ by: "remote", detail: "closed by the other side" });
        return this.#end();
      }
    }
  }

  #give(frame: Uint8Array): void {
    if (this.#reason !== undefined) return;
    if (this.#early === undefined) return this.#reader?.(frame);
    this.#early.push(frame);
    this.#earlyBytes += frame.length;
    if (this.#earlyBytes <= mostEarlyBytes) return;
    this.#early = [];
    this.#finish({ by: "protocol", detail: "frames came and nobody reads them" });
    this.abandon();
  }

  #readEarly(): void {
    const early = this.#early;
    this.#early = undefined;
    for (const frame of early ?? []) this.#reader?.(frame);
  }

  #emit(kind: DatagramKind, seq: number, frame?: Uint8Array): void {
    const { endpoint, remote, link, network } = this.#o;
    const { transport, name } = endpoint;
    const part = frame === undefined ? {} : { frame };
    network.send({ transport, from: name, to: remote, link, kind, seq, next: this.#expected, ...part });
  }

  #drain(): void {
    if (this.bufferedBytes >= highWaterBytes) return;
    this.#room.resolve();
    this.#room = Promise.withResolvers<void>();
  }

  #finish(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#settle(reason);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#lane.stop();
    this.#o.network.forget(this.#o.link, this.remote);
    this.#o.onOver();
  }
}
