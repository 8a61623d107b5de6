import type { PeerId } from "../ports/identity.ts";
import { ReceiveWindow } from "./receive-window.ts";

/** Most instances of one peer whose letters are remembered as seen. */
const maxInstances = 8;

/** "Seen": one window per sender instance. Bounded by peers; the longest unused goes first. */
export class Ledger {
  readonly #maxPeers: number;
  readonly #byPeer = new Map<PeerId, Map<string, ReceiveWindow>>();

  constructor(maxPeers: number) {
    this.#maxPeers = maxPeers;
  }

  get peers(): number {
    return this.#byPeer.size;
  }

  /** The window of an instance, made at its first use. */
  window(peer: PeerId, instance: string): ReceiveWindow {
    const windows = this.#byPeer.get(peer) ?? new Map<string, ReceiveWindow>();
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, windows);
    const window = windows.get(instance) ?? new ReceiveWindow();
    windows.delete(instance);
    windows.set(instance, window);
    evictOldest(windows, maxInstances);
    evictOldest(this.#byPeer, this.#maxPeers);
    return window;
  }
}

function evictOldest<Key>(map: Map<Key, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
