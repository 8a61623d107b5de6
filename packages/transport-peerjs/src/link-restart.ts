import { Negotiation, type Signal, type WebRtcEngine } from "@swarm-space/webrtc-driver";
import { type Link, linkOptions, type PeerjsPeerConnection } from "./peerjs.ts";
import type { SignalMessage } from "./server-message.ts";

export interface LinkRestartParts {
  readonly link: Pick<Link, "peer" | "connectionId">;
  readonly peer: Omit<PeerjsPeerConnection, `on${string}`>;
  readonly engine: Pick<WebRtcEngine, "restartsIce">;
  /** Through the server, from whatever place this node has there by then. */
  say(message: Readonly<Record<string, unknown>>): void;
}

export interface LinkRestart {
  readonly connectionId: string;
  readonly negotiation: Negotiation;
  /** Rejects with SwarmError `SIGNAL_INVALID` out of turn, or of another certificate. */
  hear(message: SignalMessage): Promise<void>;
}

/**
 * ICE restarts of one link after PeerJS let go of it, in PeerJS's words: an offer, answer and candidates of the same connection id.
 * PeerJS itself would close the link for them, and does not hear them.
 */
export function linkRestart({ link, peer, engine, say }: LinkRestartParts): LinkRestart {
  const { connectionId } = link;
  // Where the other side was last: it may come back to the server by another id.
  let dst = link.peer;
  const send = (signal: Signal) => {
    const what = signal.type === "candidate" ? { candidate: signal } : { sdp: signal };
    const payload = { type: "data", connectionId, ...linkOptions, ...what };
    say({ type: signal.type.toUpperCase(), dst, payload });
  };
  const negotiation = new Negotiation(peer, send, engine, peer);
  const hear = ({ type, src, payload }: SignalMessage) => {
    if (type === "OFFER") dst = src;
    return negotiation.receive("sdp" in payload ? payload.sdp : { type: "candidate", ...payload.candidate });
  };
  return { connectionId, negotiation, hear };
}
