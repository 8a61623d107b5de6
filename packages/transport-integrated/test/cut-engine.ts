import {
  type Description,
  openWebRtc,
  type PeerConnection,
  type WebRtcEngine,
  type WebRtcOptions,
} from "@swarm-space/webrtc-driver";

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
    open: engineWith(
      (Own) =>
        class extends Own {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            made += 1;
            peers.add(this);
          }
        },
    ),
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

/** The real engine, whose peer connections take no description of the other side until then: no dial is at its end before. */
export function heldEngine(until: Promise<void>): CutEngine["open"] {
  return engineWith(
    (Own) =>
      class extends Own {
        override async setRemoteDescription(description: Description): Promise<void> {
          await until;
          await super.setRemoteDescription(description);
        }
      },
  );
}

type PeerConnectionClass = ReturnType<WebRtcEngine["wrtc"]>["RTCPeerConnection"];

function engineWith(made: (Own: PeerConnectionClass) => PeerConnectionClass): CutEngine["open"] {
  return async (options) => {
    const engine = await openWebRtc(options);
    const wrtc: WebRtcEngine["wrtc"] = (signalling) => {
      const own = engine.wrtc(signalling);
      return { ...own, RTCPeerConnection: made(own.RTCPeerConnection) };
    };
    return { name: engine.name, wrtc, close: () => engine.close() };
  };
}
