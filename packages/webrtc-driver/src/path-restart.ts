import type { Clock } from "@swarm-space/core";
import type { Description } from "./description.ts";
import type { PeerConnection } from "./engine.ts";

/**
 * How a dead path is brought back by an ICE restart (RFC 8445 §9, webrtc-pc §4.4.2): another path is found for the same channel, so that nothing
 * that was said over it is lost. `Negotiation` is one.
 */
export interface RestartSignalling {
  /** This side made the first offer, and makes the restarting ones: so there is no glare. */
  readonly offers: boolean;
  /** Both engines can. Asked when the path is dead. */
  readonly isRestartable: boolean;
  /** Carries a restarting offer. Its candidates, and the answer, take the ways of the first ones. */
  sendOffer(offer: Description): void;
  /** The path is back: what was said may be deleted. */
  onBack?(): void;
}

export interface PathRestartParts {
  readonly clock: Clock;
  readonly peer: PeerConnection;
  readonly signalling: RestartSignalling;
  readonly signal: AbortSignal;
}

/** How long an offer may take to bring the path back until another try, in milliseconds. */
const tryMs = 3_000;
/** Tries for one death. The last one has the rest of the connection's grace. */
const maxTries = 3;

/** Restarts ICE until the path is back, its tries are spent, or the connection ends. */
export class PathRestart {
  readonly #parts: PathRestartParts;
  #timer: Disposable | undefined;
  #tries = 0;

  constructor(parts: PathRestartParts) {
    this.#parts = parts;
    parts.signal.addEventListener("abort", () => this.end(), { once: true });
  }

  /** The path is dead. */
  begin(): void {
    this.#tries = 0;
    this.#try();
  }

  /** The path is back, or is waited for no more. Twice is harmless. */
  end(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #try(): void {
    this.end();
    this.#tries += 1;
    if (this.#tries < maxTries) this.#timer = this.#parts.clock.timer(tryMs, () => this.#try());
    // What it cannot offer is over by the connection's grace.
    void this.#offer().catch(() => undefined);
  }

  /** One that was not answered is said again: the answer to another one would not fit it. */
  async #offer(): Promise<void> {
    const { peer, signalling, signal } = this.#parts;
    if (peer.signalingState !== "have-local-offer")
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
    const sdp = peer.localDescription?.sdp;
    if (sdp !== undefined && !signal.aborted) signalling.sendOffer({ type: "offer", sdp, restarts: true });
  }
}
