import { SwarmError } from "@swarm-space/core";
import type { PeerConnection, WebRtcEngine, WebRtcOptions, Wrtc } from "./engine.ts";
import { errorTable } from "./error-table.ts";

/**
 * The browser's own WebRTC. `bindAddress` and `ports` are the browser's matter.
 * @throws SwarmError `WEBRTC_UNAVAILABLE`
 */
export async function openWebRtc(options: WebRtcOptions): Promise<WebRtcEngine> {
  if (typeof RTCPeerConnection !== "function") {
    const { cure } = errorTable.WEBRTC_UNAVAILABLE;
    throw new SwarmError("WEBRTC_UNAVAILABLE", "This browser, or this kind of worker, has no WebRTC", { cure });
  }
  return new BrowserEngine(options);
}

class BrowserEngine implements WebRtcEngine {
  readonly name = "browser";
  readonly #wrtc: Wrtc;
  readonly #alive = new Set<PeerConnection>();

  constructor({ iceServers = [], iceTransportPolicy = "all" }: WebRtcOptions) {
    const alive = this.#alive;
    class OwnPeerConnection extends RTCPeerConnection {
      constructor(configuration: RTCConfiguration = {}) {
        super({ iceServers: [...iceServers], iceTransportPolicy, ...configuration });
        alive.add(this);
      }

      override close(): void {
        alive.delete(this);
        super.close();
      }
    }
    this.#wrtc = { RTCPeerConnection: OwnPeerConnection, RTCSessionDescription, RTCIceCandidate };
  }

  wrtc(): Wrtc {
    return this.#wrtc;
  }

  async close(): Promise<void> {
    for (const peer of this.#alive) peer.close();
  }
}
