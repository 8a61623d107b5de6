import { type Clock, describeError, SwarmError } from "@swarm-space/core";
import {
  type DataChannel,
  DataChannelConnection,
  type Description,
  type PeerConnection,
  parseDescription,
  parseSignal,
  type RestartSignalling,
  type Signal,
  successionOf,
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
  /** Where it names no servers the library names its own; with an empty list the engine's count. */
  readonly config: { readonly iceServers: RTCIceServer[] };
}) => SimplePeer;

const channelName = "swarm-space";
/** With candidates told one by one nothing waits for the last; the library's timer of 5 s would outlive a peer that ends before. */
const iceCompleteTimeout = 1;

export interface SimpleChannelParts {
  readonly clock: Clock;
  readonly engine: WebRtcEngine;
  readonly SimplePeer: SimplePeerConstructor;
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
  /** Its path was dead, and is back by an ICE restart. */
  onBack?(): void;
  /** Nothing comes of it, or it is over. */
  onEnd(error: SwarmError): void;
}

/** Offers of the other side for one channel: the first, and those that restart ICE. */
const maxOffers = 64;

/**
 * One `simple-peer`: it negotiates and ends; frames go over its channel by the driver's connection.
 * Making one throws `DIAL_FAILED` where the library cannot.
 */
export class SimpleChannel implements RestartSignalling {
  readonly offers: boolean;
  readonly #parts: SimpleChannelParts;
  readonly #peer: SimplePeer;
  #connection: DataChannelConnection | undefined;
  #rtc: PeerConnection | undefined;
  #otherRestarts = false;
  #offersHeard = 0;
  #error: unknown;
  #isOver = false;

  constructor(parts: SimpleChannelParts) {
    this.#parts = parts;
    const { SimplePeer, engine, offers } = parts;
    this.offers = offers;
    const wrtc = watched(engine.wrtc("trickle"), {
      onMade: (peer) => {
        this.#rtc = peer;
      },
      onChannel: (peer, channel) => {
        withholdMessages(channel);
        queueMicrotask(() => this.#connect(peer, channel));
      },
      onClosed: () => this.#peer.destroy(),
    });
    const config = { iceServers: [] };
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

  /** Both engines restart ICE, so that what is said of it must be heard as long as this lives. */
  get isRestartable(): boolean {
    return this.#parts.engine.restartsIce === true && this.#otherRestarts && !this.#isOver;
  }

  /** @throws SwarmError `SIGNAL_INVALID` a further description that is none */
  signal(signal: Signal): void {
    if (this.#isOver) return;
    if (signal.type !== "candidate") return this.#describe(signal);
    const { candidate, sdpMid, sdpMLineIndex } = signal;
    if (candidate !== "") this.#peer.signal({ type: "candidate", candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  sendOffer(offer: Description): void {
    this.#parts.onSignal(offer);
  }

  onBack(): void {
    this.#parts.onBack?.();
  }

  /** Ends it at once. Twice is harmless. */
  destroy(): void {
    this.#peer.destroy();
  }

  #describe({ type, sdp, restarts }: Description): void {
    if (type === "offer" && (this.offers || ++this.#offersHeard > maxOffers)) return;
    if (this.#rtc && successionOf(this.#rtc, { type, sdp }) === "repeated") return;
    this.#otherRestarts = restarts === true;
    this.#peer.signal({ type, sdp });
  }

  #tell(data: unknown): void {
    const { type, candidate }: { type?: unknown; candidate?: unknown } = Object(data);
    // It also asks for media and renegotiation, which are not for channels.
    if (type === "candidate") this.#parts.onSignal(parseSignal({ type, ...Object(candidate) }));
    else if (type === "offer" || type === "answer") {
      const { engine, onSignal } = this.#parts;
      onSignal(parseDescription({ ...Object(data), restarts: engine.restartsIce }));
    }
  }

  #connect(peer: PeerConnection, channel: DataChannel): void {
    if (this.#isOver) return;
    if (this.#connection) return this.destroy();
    const { clock, facts, onConnection } = this.#parts;
    this.#connection = new DataChannelConnection({ clock, peer, channel, ...facts, restart: this });
    if (channel.readyState === "open") this.#deafen(peer);
    else channel.addEventListener("open", () => this.#deafen(peer), { once: true });
    onConnection(this.#connection);
  }

  /** It gives up a path that failed, which may yet come back; from here on the connection says when it is over. */
  #deafen(peer: PeerConnection): void {
    if (!this.isRestartable) return;
    for (const name of ["onconnectionstatechange", "oniceconnectionstatechange"]) Reflect.set(peer, name, null);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const why = this.#error === undefined ? "it was closed" : describeError(this.#error);
    void this.#connection?.close(why);
    this.#parts.onEnd(new SwarmError("DIAL_FAILED", `The peer connection ended: ${why}`, { cause: this.#error }));
  }
}

/** Whoever sets `onmessage`, now or later, hears nothing: the library would keep what comes in a stream that nobody reads. */
function withholdMessages(channel: DataChannel): void {
  Object.defineProperty(channel, "onmessage", { get: () => null, set: () => undefined, configurable: true });
}

interface Watch {
  onMade(peer: PeerConnection): void;
  onChannel(peer: PeerConnection, channel: DataChannel): void;
  onClosed(): void;
}

/** The classes with an eye on what a library does with them: it hands out neither its peer connection nor its channel. */
function watched(wrtc: Wrtc, { onMade, onChannel, onClosed }: Watch): Wrtc {
  class WatchedPeerConnection extends wrtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      onMade(this);
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
