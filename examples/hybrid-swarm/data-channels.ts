import { openWebRtc, type PeerConnection, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";

/**
 * Hands a transport a WebRTC engine of its own, which is the real one, and knows its peer connections: what bytes their sockets
 * carried, and how to end them without a word.
 */
export class DataChannels {
  readonly #alive = new Set<PeerConnection>();
  #bytesOfEnded = 0;
  #isCut = false;

  async openEngine(options: WebRtcOptions): Promise<WebRtcEngine> {
    const engine = await openWebRtc(options);
    const wrtc: WebRtcEngine["wrtc"] = (signalling) => {
      const own = engine.wrtc(signalling);
      const channels = this;
      class KnownPeerConnection extends own.RTCPeerConnection {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          channels.#alive.add(this);
          this.addEventListener("connectionstatechange", () => channels.#isCut && this.close());
        }

        override close(): void {
          if (channels.#alive.delete(this)) void bytesOf(this).then((bytes) => channels.#add(bytes));
          super.close();
        }
      }
      return { ...own, RTCPeerConnection: KnownPeerConnection };
    };
    return { name: engine.name, wrtc, close: () => engine.close() };
  }

  /** Ends those that stand; new ones end as soon as they do until `heal`. */
  cut(): void {
    this.#isCut = true;
    for (const peer of [...this.#alive]) peer.close();
  }

  heal(): void {
    this.#isCut = false;
  }

  /** Bytes sent and received so far. */
  async bytes(): Promise<number> {
    const counts = await Promise.all([...this.#alive].map(bytesOf));
    return counts.reduce((sum, bytes) => sum + bytes, this.#bytesOfEnded);
  }

  #add(bytes: number): void {
    this.#bytesOfEnded += bytes;
  }
}

/** What the native library counted at the transport below SCTP. */
async function bytesOf(peer: PeerConnection): Promise<number> {
  const stats = [...(await peer.getStats()).values()];
  const { bytesSent = 0, bytesReceived = 0 } = stats.find(({ type }) => type === "transport") ?? {};
  return bytesSent + bytesReceived;
}
