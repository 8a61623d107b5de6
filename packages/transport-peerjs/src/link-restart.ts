import {
  Negotiation,
  type PeerConnection,
  type RestartSignalling,
  type Signal,
  type WebRtcEngine,
} from "@swarm-space/webrtc-driver";
import { type Link, linkOptions } from "./peerjs.ts";
import type { SignalMessage } from "./server-message.ts";

export interface LinkRestartParts {
  readonly link: Pick<Link, "peer" | "connectionId">;
  readonly peer: PeerConnection & { readonly otherRestarts: boolean };
  readonly engine: Pick<WebRtcEngine, "restartsIce">;
  /** It was dialled by this side, which so makes the restarting offers too. */
  readonly offers: boolean;
  /** Through the server, from whatever place this node has there by then. */
  say(message: Readonly<Record<string, unknown>>): void;
}

/** What is heard for one dead path: three offers, their answers and 64 candidates each. */
const maxLetters = 256;

/**
 * ICE restarts of one link after PeerJS let go of it, in PeerJS's words: an offer, answer and candidates of the same connection id.
 * PeerJS itself would close the link for them, and does not hear them.
 *
 * They are nobody's secret: the server reads them, and could make others. So they are heard while the path is dead, and not before: what lives
 * is no server's matter, and the certificate must be the old one.
 */
export class LinkRestart implements RestartSignalling {
  readonly connectionId: string;
  readonly offers: boolean;
  readonly #parts: LinkRestartParts;
  readonly #negotiation: Negotiation;
  /** Where the other side was last: it may come back to the server by another id. */
  #to: string;
  #isMending = false;
  #heard = 0;

  constructor(parts: LinkRestartParts) {
    this.#parts = parts;
    this.offers = parts.offers;
    this.connectionId = parts.link.connectionId;
    this.#to = parts.link.peer;
    this.#negotiation = new Negotiation(parts.peer, (signal) => this.#isMending && this.#say(signal), parts.engine);
  }

  get isRestartable(): boolean {
    return this.#negotiation.isRestartable;
  }

  /** The link is open, and out of PeerJS's hands. */
  begin(): void {
    const { offers, peer } = this.#parts;
    this.#negotiation.resume({ offers, restarts: peer.otherRestarts });
  }

  sendOffer(offer: Signal & { readonly type: "offer" | "answer" }): void {
    this.#isMending = true;
    this.#negotiation.sendOffer(offer);
  }

  onBack(): void {
    this.#isMending = false;
    this.#heard = 0;
  }

  /** @throws SwarmError `SIGNAL_INVALID` out of turn, or of another certificate */
  async hear({ type, src, payload }: SignalMessage): Promise<void> {
    const isOffered = type === "OFFER" && this.isRestartable && this.#parts.peer.connectionState !== "connected";
    if (isOffered) {
      this.#isMending = true;
      this.#to = src;
    }
    if (!this.#isMending || this.#heard >= maxLetters) return;
    this.#heard += 1;
    await this.#negotiation.receive("sdp" in payload ? payload.sdp : { type: "candidate", ...payload.candidate });
  }

  /** The link is over. */
  end(): void {
    this.#negotiation.close();
  }

  #say(signal: Signal): void {
    const { connectionId } = this;
    const common = { type: "data", connectionId };
    const payload =
      signal.type === "candidate"
        ? { ...common, candidate: signal }
        : { ...common, sdp: signal, ...(signal.type === "offer" ? linkOptions : {}) };
    this.#parts.say({ type: signal.type.toUpperCase(), dst: this.#to, payload });
  }
}
