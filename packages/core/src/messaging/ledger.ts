import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { SeenJournal } from "./journal/seen-journal.ts";
import { maxTtlMs } from "./limits.ts";
import { ReceiveWindow } from "./receive-window.ts";

/** Most origins of one peer whose letters are remembered as seen, and most of them that its mail may hold. */
const maxOrigins = 8;
const maxMailOrigins = 6;
/** As the opening of sealed letters allows for the difference of two clocks. */
const skewMs = 600_000;
/** How far the kept end of mail is rounded up, so that it need not be written with each letter. */
const mailGrainMs = 3_600_000;
const longestMailMs = maxTtlMs + 2 * skewMs + mailGrainMs;

interface Remembered {
  readonly window: ReceiveWindow;
  /** Until then a letter from a mailbox can be given again, and opens: by both clocks, for either may be set. Undefined: none was taken. */
  mailUntil: { readonly now: number; readonly wall: number } | undefined;
}

/**
 * "Seen": one window for each sequence of a sender. Bounded by peers; the longest unused goes first, but none whose mail is
 * live: whoever keeps mailboxes could deliver it a second time.
 */
export class Ledger {
  readonly #maxPeers: number;
  readonly #journal: SeenJournal;
  readonly #clock: Pick<Clock, "now" | "wall">;
  readonly #byPeer = new Map<PeerId, Map<string, Remembered>>();

  constructor(maxPeers: number, journal: SeenJournal, clock: Pick<Clock, "now" | "wall">) {
    this.#maxPeers = maxPeers;
    this.#journal = journal;
    this.#clock = clock;
  }

  get peers(): number {
    return this.#byPeer.size;
  }

  /** Reads what a durable store kept. Windows that are here already stay as they are. */
  async load(): Promise<void> {
    for (const { peer, origin, base, mailUntil, states } of await this.#journal.load()) {
      if (this.#byPeer.get(peer)?.has(origin)) continue;
      const entry = this.#remember(peer, origin);
      entry.window.advance(base);
      for (const [seq, state] of states) entry.window.restore(seq, state);
      if (mailUntil > this.#clock.wall()) entry.mailUntil = this.#until(mailUntil);
    }
  }

  /** The window of an origin, made at its first use. */
  window(peer: PeerId, origin: string): ReceiveWindow {
    return this.#remember(peer, origin).window;
  }

  /**
   * The window of an origin whose letter came from a mailbox: it stays until no letter that was taken for it can come again.
   * Undefined: too many stay already, so the letter is not to be taken now. For senders that are new that is so once mail
   * holds half of all places; for known ones, at three quarters.
   * @param expiresAt wall milliseconds, as the sealed letter says
   */
  mailWindow(peer: PeerId, origin: string, expiresAt: number): ReceiveWindow | undefined {
    const origins = this.#byPeer.get(peer);
    const known = origins?.get(origin);
    if (!this.#isLive(known)) {
      if (origins !== undefined && count(origins.values(), (each) => this.#isLive(each)) >= maxMailOrigins)
        return undefined;
      if (!this.#anyLive(origins)) {
        const most = this.#maxPeers * (known === undefined ? 0.5 : 0.75);
        if (count(this.#byPeer.values(), (each) => this.#anyLive(each)) >= most) return undefined;
      }
    }
    const entry = this.#remember(peer, origin);
    const end = expiresAt + skewMs;
    if (end > (entry.mailUntil?.wall ?? 0)) {
      const wall = Math.ceil(end / mailGrainMs) * mailGrainMs;
      entry.mailUntil = this.#until(wall);
      this.#journal.mail(peer, origin, wall);
    }
    return entry.window;
  }

  /** The sender of this window settled everything below `base`. */
  advance(peer: PeerId, origin: string, window: ReceiveWindow, base: number): void {
    if (base <= window.base) return;
    this.#touch(peer);
    this.#journal.advance(peer, origin, window.base, base);
    window.advance(base);
  }

  #remember(peer: PeerId, origin: string): Remembered {
    const origins = this.#byPeer.get(peer) ?? new Map<string, Remembered>();
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, origins);
    const entry = origins.get(origin) ?? { window: new ReceiveWindow(), mailUntil: undefined };
    origins.delete(origin);
    origins.set(origin, entry);
    for (const [old, { window }] of surplus(origins, maxOrigins, (each) => this.#isLive(each))) {
      origins.delete(old);
      this.#journal.drop(peer, old, window.base);
    }
    for (const [old, all] of surplus(this.#byPeer, this.#maxPeers, (each) => this.#anyLive(each))) {
      this.#byPeer.delete(old);
      for (const [each, { window }] of all) this.#journal.drop(old, each, window.base);
    }
    return entry;
  }

  /** Who writes is not forgotten for newcomers. */
  #touch(peer: PeerId): void {
    const origins = this.#byPeer.get(peer);
    if (origins === undefined) return;
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, origins);
  }

  #until(wall: number): { readonly now: number; readonly wall: number } {
    const left = Math.min(wall - this.#clock.wall(), longestMailMs);
    return { now: this.#clock.now() + left, wall: this.#clock.wall() + left };
  }

  #isLive(entry: Remembered | undefined): boolean {
    const until = entry?.mailUntil;
    return until !== undefined && (this.#clock.now() < until.now || this.#clock.wall() < until.wall);
  }

  #anyLive(origins: ReadonlyMap<string, Remembered> | undefined): boolean {
    if (origins !== undefined) for (const entry of origins.values()) if (this.#isLive(entry)) return true;
    return false;
  }
}

/**
 * The entries over `most`, the oldest first, and never the newest. Those that `stays` picks go only where there is nothing
 * else, as after a start with a lower cap.
 */
function surplus<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  most: number,
  stays: (value: Value) => boolean,
): (readonly [Key, Value])[] {
  const over = map.size - most;
  if (over <= 0) return [];
  const old = [...map].slice(0, -1);
  const kept: (readonly [Key, Value])[] = [];
  const free: (readonly [Key, Value])[] = [];
  for (const entry of old) {
    if (free.length === over) break;
    (stays(entry[1]) ? kept : free).push(entry);
  }
  return [...free, ...kept.slice(0, over - free.length)];
}

function count<Value>(values: Iterable<Value>, counts: (value: Value) => boolean): number {
  let counted = 0;
  for (const value of values) if (counts(value)) counted++;
  return counted;
}
