import { openWebRtc, type PeerConnection, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";

/** The real engine, whose data channels fail while it is told so. */
export interface FailingEngine {
  open(options: WebRtcOptions): Promise<WebRtcEngine>;
  /** Ends all that stand; new ones end as soon as they do. */
  fail(): void;
  heal(): void;
}

export function failingEngine(): FailingEngine {
  const alive = new Set<PeerConnection>();
  let isFailing = false;
  return {
    async open(options) {
      const engine = await openWebRtc(options);
      const wrtc: WebRtcEngine["wrtc"] = (signalling) => {
        const own = engine.wrtc(signalling);
        class WatchedPeerConnection extends own.RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            alive.add(this);
            this.addEventListener("connectionstatechange", () => isFailing && this.close());
          }

          override close(): void {
            alive.delete(this);
            super.close();
          }
        }
        return { ...own, RTCPeerConnection: WatchedPeerConnection };
      };
      return { name: engine.name, wrtc, close: () => engine.close() };
    },
    fail() {
      isFailing = true;
      for (const peer of [...alive]) peer.close();
    },
    heal() {
      isFailing = false;
    },
  };
}
