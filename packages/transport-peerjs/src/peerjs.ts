import type { Clock, Random } from "@swarm-space/core";
import { hexOf } from "@swarm-space/core/medium";
import {
  type DataChannel,
  type Description,
  type FirstExchange,
  type PeerConnection,
  parseDescription,
  type WebRtcEngine,
} from "@swarm-space/webrtc-driver";
import type { PeerjsConfig } from "./config.ts";
import { makePeerjs } from "./generated/peerjs-factory.ts";
import { peerjsSocketClass, type SocketParts } from "./peerjs-socket.ts";
import type { ServerAddress } from "./server-url.ts";

/** A peer connection as PeerJS hangs its handlers on it. */
export interface PeerjsPeerConnection extends PeerConnection, FirstExchange {
  oniceconnectionstatechange: unknown;
  ondatachannel: unknown;
  onicecandidate: unknown;
  /** A description or candidate of the other side was not accepted. */
  onFault: ((error: unknown) => void) | undefined;
}

/** PeerJS's data connection, as far as it is used: it makes the channel, which then is taken from it. */
export interface Link {
  readonly connectionId: string;
  /** PeerJS id of the other side. */
  readonly peer: string;
  readonly peerConnection: PeerjsPeerConnection | null;
  /** There from the turn on in which it appears. */
  readonly channel: DataChannel | undefined;
  /** Takes the peer connection out of PeerJS's hands: it lives on without it. */
  release(): void;
  /** Closes what was not released. Twice is harmless. */
  close(): void;
}

export interface LinkOptions {
  readonly serialization: "raw";
  readonly reliable: true;
  readonly label: string;
}

/** What an offer of ours says of its link. */
export const linkOptions: LinkOptions = Object.freeze({ serialization: "raw", reliable: true, label: "swarm-space" });

export interface PeerjsPeer {
  /** Its socket to the server; what is sent while it is closed is dropped. */
  readonly socket: { send(message: Readonly<Record<string, unknown>>): void };
  /** It is "disconnected" before it is closed. */
  on(event: "open" | "disconnected", listener: () => void): void;
  on(event: "connection", listener: (link: Link) => void): void;
  on(event: "error", listener: (error: { readonly type: string; readonly message: string }) => void): void;
  connect(id: string, options: LinkOptions): Link | undefined;
  destroy(): void;
}

interface BufferedConnection {
  readonly connectionId: string;
  readonly peer: string;
  readonly peerConnection: PeerjsPeerConnection | null;
  _negotiator: unknown;
  close(): void;
}

interface Library {
  readonly Peer: new (id: string, options: Readonly<Record<string, unknown>>) => PeerjsPeer;
  readonly BufferedConnection: new (...parts: readonly unknown[]) => BufferedConnection;
}

export interface PeerjsParts extends SocketParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: WebRtcEngine;
  readonly server: ServerAddress;
  readonly config: Pick<PeerjsConfig, "key">;
  readonly id: string;
  /** A link has its channel: now is the turn to listen to it. Called again for each further one, which is not `link.channel`. */
  onChannel(link: Link, channel: DataChannel): void;
}

/**
 * A PeerJS of its own for one id at one server, dialling the server now. It touches no global: WebRTC, sockets, time and
 * chance are handed in, and of `window`, `location`, `FileReader` and `XMLHttpRequest` it needs none as it is called here.
 */
export function openPeerjs(parts: PeerjsParts): PeerjsPeer {
  const { clock, random, server } = parts;
  const library: Library = makePeerjs({
    RTCPeerConnection: peerConnectionClass(parts.engine),
    // A description stays what came, with what it says beside W3C's words: `new Object(value)` is that value.
    RTCSessionDescription: Object,
    WebSocket: peerjsSocketClass(parts),
    setTimeout: (fn: () => void, delayMs: number) => clock.timer(delayMs, fn),
    clearTimeout: (timer: Disposable | undefined) => timer?.[Symbol.dispose](),
    Math: Object.create(Math, { random: { value: () => random.float() } }),
    webrtcAdapter: { browserDetails: { browser: "unknown", version: 0 } },
  });
  return new library.Peer(parts.id, {
    ...server,
    key: parts.config.key,
    // A server that still holds an earlier socket of this token says nothing at all: each registration has its own.
    token: hexOf(random.bytes(16)),
    config: {},
    debug: 0,
    serializers: { raw: linkClass(library, parts) },
  });
}

/** PeerJS's door for serializations of one's own: ours leaves the channel's bytes alone. */
function linkClass(library: Library, { onChannel }: PeerjsParts) {
  return class RawLink extends library.BufferedConnection implements Link {
    readonly serialization = "raw";
    // Set while the base class is being made.
    declare channel: DataChannel | undefined;

    _initializeDataChannel(channel: DataChannel): void {
      this.channel ??= channel;
      onChannel(this, channel);
    }

    release(): void {
      const peer = this.peerConnection;
      if (peer !== null) {
        // Without this PeerJS ends what lives, and throws in its handler when another channel comes.
        peer.oniceconnectionstatechange = null;
        peer.onicecandidate = null;
        peer.onFault = undefined;
        peer.ondatachannel = ({ channel }: { readonly channel: DataChannel }) => channel.close();
      }
      this._negotiator = null;
      super.close();
    }
  };
}

/**
 * The engine's class. It says with its descriptions whether it restarts ICE, and has two mends: PeerJS looks for features by making
 * one, and is lost when a candidate is refused late.
 */
function peerConnectionClass(engine: WebRtcEngine): unknown {
  const marked = ({ type, sdp }: RTCSessionDescriptionInit) =>
    parseDescription({ type, sdp, restarts: engine.restartsIce });
  class LinkPeerConnection extends engine.wrtc("trickle").RTCPeerConnection {
    onFault: ((error: unknown) => void) | undefined;
    otherRestarts = false;

    override async createOffer(options?: { readonly iceRestart?: boolean }): Promise<RTCSessionDescriptionInit> {
      return marked(await super.createOffer(options));
    }

    override async createAnswer(): Promise<RTCSessionDescriptionInit> {
      return marked(await super.createAnswer());
    }

    override async setRemoteDescription(description: Description): Promise<void> {
      this.otherRestarts = description.restarts ?? false;
      await super.setRemoteDescription(description).catch((error: unknown) => {
        this.onFault?.(error);
        throw error;
      });
    }

    override async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
      await super.addIceCandidate(candidate).catch((error: unknown) => this.onFault?.(error));
    }
  }
  // Its look for features asks others' STUN servers; there is nothing to find out.
  let isLooking = true;
  const features = { createDataChannel: () => ({ ordered: true, close: () => {} }), close: () => (isLooking = false) };
  return new Proxy(LinkPeerConnection, {
    construct: (target, [configuration]) => (isLooking ? features : new target(configuration)),
  });
}
