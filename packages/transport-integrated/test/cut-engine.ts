import { openWebRtc, type PeerConnection, type WebRtcEngine, type WebRtcOptions } from "@swarm-space/webrtc-driver";

/** The real engine, whose peer connections can be ended without a word. */
export interface CutEngine {
  open(options: WebRtcOptions): Promise<WebRtcEngine>;
  /** How many were made. */
  readonly made: number;
  /** How many of them stand. */
  readonly standing: number;
  /** Ends all that stand, as when the process behind them dies. */
  cut(): void;
}

export function cutEngine(): CutEngine {
  const peers = new Set<PeerConnection>();
  let made = 0;
  return {
    async open(options) {
      const engine = await openWebRtc(options);
      const wrtc: WebRtcEngine["wrtc"] = (signalling) => {
        const own = engine.wrtc(signalling);
        class KnownPeerConnection extends own.RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            made += 1;
            peers.add(this);
          }
        }
        return { ...own, RTCPeerConnection: KnownPeerConnection };
      };
      return { name: engine.name, wrtc, close: () => engine.close() };
    },
    get made() {
      return made;
    },
    get standing() {
      return [...peers].filter(({ connectionState }) => connectionState !== "closed").length;
    },
    cut() {
      for (const peer of peers) peer.close();
      peers.clear();
    },
  };
}
