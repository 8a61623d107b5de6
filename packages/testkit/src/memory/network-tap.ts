import type { TransportId } from "@swarm-space/core";

/**
 * What became of a frame.
 * - `sent`: taken by `send`. `delivered`: given to the other end.
 * - `lost`: died with its connection. `swallowed`: vanished in a black hole.
 * - `duplicated`, `reordered`, `corrupted`: a planned violation bit.
 */
export type FrameFate = "sent" | "delivered" | "lost" | "swallowed" | "duplicated" | "reordered" | "corrupted";

/** One frame, seen from outside. */
export interface FrameSighting {
  readonly fate: FrameFate;
  /** Monotonic ms of the network's clock; 0 without a clock. */
  readonly atMs: number;
  readonly transport: TransportId;
  readonly from: string;
  readonly to: string;
  /** The bytes themselves, not a copy. Do not change them. */
  readonly frame: Uint8Array;
}

/** How often each thing happened. "Sometimes" checks read it to prove that a fault really bit. */
export type NetworkCounters = { readonly [Fate in FrameFate | "dialed" | "dialsFailed" | "connectionsLost"]: number };

/** Counts, and shows frames to whoever listens. One per network. */
export class NetworkTap {
  readonly counters = {
    sent: 0,
    delivered: 0,
    lost: 0,
    swallowed: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    dialed: 0,
    dialsFailed: 0,
    connectionsLost: 0,
  };
  readonly #listeners: ((sighting: FrameSighting) => void)[] = [];

  get watched(): boolean {
    return this.#listeners.length > 0;
  }

  capture(listener: (sighting: FrameSighting) => void): () => void {
    const own = (sighting: FrameSighting) => listener(sighting);
    this.#listeners.push(own);
    return () => {
      const at = this.#listeners.indexOf(own);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  show(sighting: FrameSighting): void {
    for (const listener of [...this.#listeners]) listener(sighting);
  }
}
