import type { Clock } from "@swarm-space/core";
import type { PeerConnection } from "./engine.ts";

/** A timer this late means that the process slept, and not that the path was dead all the time. */
const maxLateMs = 1_000;

export interface PathWatchParts {
  readonly clock: Clock;
  readonly peer: PeerConnection;
  /** How long a path may be dead. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Whether one that failed may come back too, by an ICE restart. */
  mayRestart(): boolean;
  /** The path is dead: now an ICE restart may bring another. */
  onDead(): void;
  onBack(): void;
  /** The path is dead for good. */
  onLost(detail: string): void;
}

/** Watches the path of a peer connection: dead for a while is not lost (W3C webrtc-pc §4.3.3). */
export class PathWatch {
  readonly #parts: PathWatchParts;
  #grace: Disposable | undefined;

  constructor(parts: PathWatchParts) {
    this.#parts = parts;
    const { peer, signal } = parts;
    peer.addEventListener("connectionstatechange", () => this.#onState(), { signal });
    signal.addEventListener("abort", () => this.#rest(), { once: true });
  }

  #onState(): void {
    const { connectionState } = this.#parts.peer;
    if (connectionState === "closed" || (connectionState === "failed" && !this.#parts.mayRestart())) {
      return this.#parts.onLost(`the peer connection is ${connectionState}`);
    }
    if (connectionState === "connected") return this.#back();
    // While ICE restarts it is "connecting", and the path is as dead as before.
    const isDead = connectionState === "disconnected" || connectionState === "failed";
    if (!isDead || this.#grace !== undefined) return;
    this.#wait();
    this.#parts.onDead();
  }

  #back(): void {
    if (this.#grace === undefined) return;
    this.#rest();
    this.#parts.onBack();
  }

  #wait(): void {
    const { clock, graceMs } = this.#parts;
    const due = clock.now() + graceMs;
    this.#grace = clock.timer(graceMs, () => {
      if (clock.now() - due > maxLateMs) return this.#wait();
      this.#parts.onLost(`the path was dead for ${graceMs} ms`);
    });
  }

  #rest(): void {
    this.#grace?.[Symbol.dispose]();
    this.#grace = undefined;
  }
}
