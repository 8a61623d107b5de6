import { SwarmError } from "@swarm-space/core";
import type { PeerConnection, WebRtcEngine, WebRtcOptions, Wrtc } from "./engine.ts";
import { errorTable } from "./error-table.ts";

/**
 * The browser's own WebRTC. `bindAddress` and `ports` are the browser's matter.
 * @throws SwarmError `WEBRTC_UNAVAILABLE`
 */
export async function openWebRtc(options: WebRtcOptions): Promise<WebRtcEngine> {
  if (typeof RTCPeerConnection !== "function") {
    const cure = errorTable.WEBRTC_UNAVAILABLE;
    throw new SwarmError("WEBRTC_UNAVAILABLE", "This browser, or this kind of worker, has no WebRTC", { cure });
  }
  return new BrowserEngine(options);
}

/** The browser's class without the callbacks of old. */
interface BrowserPeer extends PeerConnection {
  createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit>;
  createAnswer(options?: RTCAnswerOptions): Promise<RTCSessionDescriptionInit>;
  setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void>;
  addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void>;
}

class BrowserEngine implements WebRtcEngine {
  readonly name = "browser";
  readonly restartsIce = true;
  readonly #wrtc: Wrtc;
  readonly #alive = new Set<PeerConnection>();

  constructor({ iceServers = [], iceTransportPolicy = "all" }: WebRtcOptions) {
    const alive = this.#alive;
    const Native: new (configuration?: RTCConfiguration) => BrowserPeer = RTCPeerConnection;
    /**
     * The browser's own, with one mend: what is under way when it is closed ends, where W3C lets it hang for ever (webrtc-pc
     * §4.4.1.2). As in Node it rejects, but for candidates: of them nobody wants to know any more.
     */
    class OwnPeerConnection extends Native {
      readonly #closed = Promise.withResolvers<void>();

      constructor(configuration: RTCConfiguration = {}) {
        const named = configuration.iceServers ?? [];
        super({ iceTransportPolicy, ...configuration, iceServers: named.length > 0 ? named : [...iceServers] });
        alive.add(this);
      }

      override createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
        return this.#untilClosed(super.createOffer(options));
      }

      override createAnswer(options?: RTCAnswerOptions): Promise<RTCSessionDescriptionInit> {
        return this.#untilClosed(super.createAnswer(options));
      }

      override setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
        return this.#untilClosed(super.setLocalDescription(description));
      }

      override setRemoteDescription(description: { readonly type: RTCSdpType; readonly sdp: string }): Promise<void> {
        return this.#untilClosed(super.setRemoteDescription(description));
      }

      override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
        return Promise.race([super.addIceCandidate(candidate), this.#closed.promise]);
      }

      override close(): void {
        alive.delete(this);
        super.close();
        this.#closed.resolve();
      }

      #untilClosed<Value>(work: Promise<Value>): Promise<Value> {
        const closed = this.#closed.promise.then(() => {
          throw new DOMException("The peer connection is closed", "InvalidStateError");
        });
        return Promise.race([work, closed]);
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
