import { type Clock, describeError, SwarmError } from "@swarm-space/core";
import {
  type DataChannel,
  DataChannelConnection,
  type PeerConnection,
  parseSignal,
  type Signal,
  type WebRtcEngine,
  type Wrtc,
} from "@swarm-space/webrtc-driver";

/** What is used of `simple-peer` 9.11. */
export interface SimplePeer {
  signal(data: unknown): void;
  destroy(): void;
  on(event: "signal", listener: (data: unknown) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "close", listener: () => void): unknown;
}

export type SimplePeerConstructor = new (options: {
  readonly initiator: boolean;
  readonly trickle: true;
  readonly channelName: string;
  /** Milliseconds until it waits for candidates no longer. */
  readonly iceCompleteTimeout: number;
  readonly wrtc: Wrtc;
  readonly config: RTCConfiguration;
}) => SimplePeer;

const channelName = "swarm-space";
/** With candidates told one by one nothing waits for the last; the library's timer of 5 s would outlive a peer that ends before. */
const iceCompleteTimeout = 1;

export interface SimpleChannelParts {
  readonly clock: Clock;
  readonly engine: WebRtcEngine;
  readonly SimplePeer: SimplePeerConstructor;
  readonly iceServers: readonly RTCIceServer[];
  /** Whether this side makes the offer. */
  readonly offers: boolean;
  readonly facts: {
    readonly transport: string;
    readonly road: string;
    readonly rendezvous: string;
    readonly remote: string;
  };
  onSignal(signal: Signal): void;
  /** Not yet open. */
  onConnection(connection: DataChannelConnection): void;
  /** Nothing comes of it, or it is over. */
  onEnd(error: SwarmError): void;
}

/**
 * One `simple-peer`: it negotiates and ends; frames go over its channel by the driver's connection.
 * Making one throws `DIAL_FAILED` where the library cannot.
 */
export class SimpleChannel {
  readonly #parts: SimpleChannelParts;
  readonly #peer: SimplePeer;
  #connection: DataChannelConnection | undefined;
  #error: unknown;
  #isOver = false;

  constructor(parts: SimpleChannelParts) {
    this.#parts = parts;
    const { SimplePeer, engine, iceServers, offers } = parts;
    const wrtc = watched(engine.wrtc("trickle"), {
      onChannel: (peer, channel) => queueMicrotask(() => this.#connect(peer, channel)),
      onClosed: () => this.#peer.destroy(),
    });
    const config = { iceServers: [...iceServers] };
    try {
      this.#peer = new SimplePeer({ initiator: offers, trickle: true, channelName, iceCompleteTimeout, wrtc, config });
    } catch (cause) {
      throw new SwarmError("DIAL_FAILED", `simple-peer makes no connection: ${describeError(cause)}`, { cause });
    }
    this.#peer.on("signal", (data) => this.#tell(data));
    this.#peer.on("error", (error) => {
      this.#error = error;
    });
    this.#peer.on("close", () => this.#end());
  }

  signal(signal: Signal): void {
    if (this.#isOver) return;
    if (signal.type !== "candidate") return this.#peer.signal(signal);
    const { candidate, sdpMid, sdpMLineIndex } = signal;
    if (candidate !== "") this.#peer.signal({ type: "candidate", candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  /** Ends it at once. Twice is harmless. */
  destroy(): void {
    this.#peer.destroy();
  }

  #tell(data: unknown): void {
    const { type, candidate }: { type?: unknown; candidate?: unknown } = Object(data);
    // It also asks for media and renegotiation, which are not for channels.
    if (type === "candidate") this.#parts.onSignal(parseSignal({ type, ...Object(candidate) }));
    else if (type === "offer" || type === "answer") this.#parts.onSignal(parseSignal(data));
  }

  #connect(peer: PeerConnection, channel: DataChannel): void {
    if (this.#isOver) return;
    if (this.#connection) return this.destroy();
    // It would keep what comes in a stream that nobody reads.
    Reflect.set(channel, "onmessage", null);
    const { clock, facts, onConnection } = this.#parts;
    this.#connection = new DataChannelConnection({ clock, peer, channel, ...facts });
    onConnection(this.#connection);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const why = this.#error === undefined ? "it was closed" : describeError(this.#error);
    void this.#connection?.close(why);
    this.#parts.onEnd(new SwarmError("DIAL_FAILED", `The peer connection ended: ${why}`, { cause: this.#error }));
  }
}

interface Watch {
  onChannel(peer: PeerConnection, channel: DataChannel): void;
  onClosed(): void;
}

/** The classes with an eye on what a library does with them: it hands out neither its peer connection nor its channel. */
function watched(wrtc: Wrtc, { onChannel, onClosed }: Watch): Wrtc {
  class WatchedPeerConnection extends wrtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("datachannel", (event) => {
        if ("channel" in event) onChannel(this, event.channel as DataChannel);
      });
    }

    override createDataChannel(label: string, init?: RTCDataChannelInit): DataChannel {
      const channel = super.createDataChannel(label, init);
      onChannel(this, channel);
      return channel;
    }

    override close(): void {
      super.close();
      onClosed();
    }
  }
  return { ...wrtc, RTCPeerConnection: WatchedPeerConnection };
}
