import type { PeerId } from "./identity.ts";
import type { Address, SignalOptions } from "./transport.ts";

/** "Somebody may be there." A hint, never a truth: only a handshake proves. */
export interface Sighting {
  /** Unknown where the medium tells only an address. */
  readonly peer?: PeerId;
  readonly addresses: readonly Address[];
  /** Id of the source that saw it. */
  readonly source: string;
  /** The peer's letter key card, where the source carries it. At most 512 bytes; checked by the kernel. */
  readonly card?: Uint8Array;
}

/** What a node says of itself to those who look. */
export interface Announcement {
  readonly peer: PeerId;
  readonly addresses: readonly Address[];
  /** Its letter key card, for sealed letters to it while it is away. */
  readonly card?: Uint8Array;
}

/** One way to hear of peers. */
export interface DiscoverySource {
  /** As in the cascade's `order`: "bootstrap", "webtorrent", "gun", "peerjs". */
  readonly id: string;
  /**
   * Yields sightings of who is there and of who comes, until the signal aborts; then ends quietly. Repeats are welcome: they
   * refresh. May be asked again, and by several at once: each sees for itself. What waits for who does not read on is bounded.
   */
  discover(o: SignalOptions): AsyncIterable<Sighting>;
  /** Makes this node findable, with its addresses on every transport, until the signal aborts; then resolves, and what it told is told no longer. */
  announce?(self: Announcement, o: SignalOptions): Promise<void>;
}
