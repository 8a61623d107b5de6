import type { PeerId } from "../ports/identity.ts";
import type { SeenJournal } from "./journal/seen-journal.ts";
import { ReceiveWindow } from "./receive-window.ts";

/** Most origins of one peer whose letters are remembered as seen. */
const maxOrigins = 8;

/** "Seen": one window for each sequence of a sender. Bounded by peers; the longest unused goes first. */
export class Ledger {
  readonly #maxPeers: number;
  readonly #journal: SeenJournal;
  readonly #byPeer = new Map<PeerId, Map<string, ReceiveWindow>>();

  constructor(maxPeers: number, journal: SeenJournal) {
    this.#maxPeers = maxPeers;
    this.#journal = journal;
  }

  get peers(): number {
    return this.#byPeer.size;
  }

  /** Reads what a durable store kept. Windows that are here already stay as they are. */
  async load(): Promise<void> {
    for (const { peer, origin, base, states } of await this.#journal.load()) {
      if (this.#byPeer.get(peer)?.has(origin)) continue;
      const window = this.window(peer, origin);
      window.advance(base);
      for (const [seq, state] of states) window.restore(seq, state);
    }
  }

  /** The window of an origin, made at its first use. */
  window(peer: PeerId, origin: string): ReceiveWindow {
    const windows = this.#byPeer.get(peer) ?? new Map<string, ReceiveWindow>();
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, windows);
    const window = windows.get(origin) ?? new ReceiveWindow();
    windows.delete(origin);
    windows.set(origin, window);
    for (const [old, { base }] of surplus(windows, maxOrigins)) {
      windows.delete(old);
      this.#journal.drop(peer, old, base);
    }
    for (const [old, all] of surplus(this.#byPeer, this.#maxPeers)) {
      this.#byPeer.delete(old);
      for (const [each, { base }] of all) this.#journal.drop(old, each, base);
    }
    return window;
  }

  /** Who writes is not forgotten for newcomers. */
  #touch(peer: PeerId): void {
    const windows = this.#byPeer.get(peer);
    if (windows === undefined) return;
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, windows);
  }

  /** The sender of this window settled everything below `base`. */
  advance(peer: PeerId, origin: string, window: ReceiveWindow, base: number): void {
    if (base <= window.base) return;
    this.#touch(peer);
    this.#journal.advance(peer, origin, window.base, base);
    window.advance(base);
  }
}

/** The oldest entries over `most`. */
function surplus<Key, Value>(map: Map<Key, Value>, most: number): (readonly [Key, Value])[] {
  const over = map.size - most;
  return over > 0 ? [...map].slice(0, over) : [];
}
