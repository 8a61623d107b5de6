/**
 * Hands each transport a WebRTC engine of its own, which is the real one, and knows its peer connections: what bytes their sockets
 * carried, and how to end them without a word.
 */
import { openWebRtc } from "@swarm-space/webrtc-driver";

export class DataChannels {
  #alive = new Set();
  #bytesOfEnded = 0;
  #isCut = false;

  async openEngine(options) {
    const engine = await openWebRtc(options);
    const channels = this;
    return {
      name: engine.name,
      close: () => engine.close(),
      wrtc(signalling) {
        const own = engine.wrtc(signalling);
        class KnownPeerConnection extends own.RTCPeerConnection {
          constructor(configuration) {
            super(configuration);
            channels.#alive.add(this);
            this.addEventListener("connectionstatechange", () => channels.#isCut && this.close());
          }

          close() {
            if (channels.#alive.delete(this)) void bytesOf(this).then((bytes) => channels.#add(bytes));
            super.close();
          }
        }
        return { ...own, RTCPeerConnection: KnownPeerConnection };
      },
    };
  }

  /** Ends those that stand; new ones end as soon as they do until `heal`. */
  cut() {
    this.#isCut = true;
    for (const peer of [...this.#alive]) peer.close();
  }

  heal() {
    this.#isCut = false;
  }

  /** Bytes sent and received so far. */
  async bytes() {
    const counts = await Promise.all([...this.#alive].map(bytesOf));
    return counts.reduce((sum, bytes) => sum + bytes, this.#bytesOfEnded);
  }

  #add(bytes) {
    this.#bytesOfEnded += bytes;
  }
}

/** What the native library counted at the transport below SCTP. */
async function bytesOf(peer) {
  const stats = [...(await peer.getStats()).values()];
  const { bytesSent = 0, bytesReceived = 0 } = stats.find(({ type }) => type === "transport") ?? {};
  return bytesSent + bytesReceived;
}
