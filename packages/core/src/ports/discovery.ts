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

/** How one source fares. */
export interface SourceStatus {
  readonly id: string;
  /**
   * - `asked`: its sightings are read.
   * - `waiting`: not yet its turn, or the time between two questions.
   * - `resting`: enough peers are connected.
   */
  readonly state: "asked" | "waiting" | "resting";
  /** Why it is in this state, in words for a person. */
  readonly why: string;
  /** Sightings that were taken so far. */
  readonly found: number;
  /** Sightings that were dropped so far, by reason. */
  readonly dropped: ReadonlyMap<string, number>;
  /** When it is asked next (monotonic ms of the kernel clock), where that is known. */
  readonly resumesAt?: number;
}

/** What is known of the search for peers now. */
export interface DiscoveryStatus {
  /** Connected peers that count towards `enough`. */
  readonly connected: number;
  /** No source is asked while so many are connected. Absent: all are asked always. */
  readonly enough?: number;
  /** In the order in which they are asked. */
  readonly sources: readonly SourceStatus[];
}

/**
 * Decides which sources are asked, when, and what of their answers is noted. Core's default asks all at once and takes
 * everything; the plugin `discovery` goes by a cascade. Announcements are not its business: every source has them from the start.
 */
export interface Discovery {
  /**
   * Asks until the signal aborts, then resolves. Never rejects: a source that fails is told as `discovery:failed` and asked
   * again later. `take` notes a sighting in the kernel's book of addresses; false: it held nothing usable.
   */
  look(take: (sighting: Sighting) => boolean, o: SignalOptions): Promise<void>;
  /** Letters, or a caller, wait for a peer to which no link stands: sources that rest may know where it is. Called often; cheap. */
  seek?(peer: PeerId): void;
  status(): DiscoveryStatus;
}
