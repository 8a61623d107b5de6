import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import { Assemblies } from "./assemblies.ts";
import { DueTimer } from "./due-timer.ts";
import { maxAssemblyBytes } from "./limits.ts";

/** Who was cut off finds its half letters for so long, in milliseconds: the time of a failed failover and a few dials. */
const keptMs = 60_000;
/** Origins without a link whose half letters are kept, and their bytes together. */
const maxAway = 64;
const maxAwayBytes = 2 * maxAssemblyBytes;

interface Entry {
  readonly assemblies: Assemblies;
  /** Sessions of this origin that have links. */
  sessions: number;
}

interface Away {
  readonly peer: PeerId;
  readonly assemblies: Assemblies;
  readonly until: number;
}

/** The half letters of every sender, by its origin; those of one without a link wait a while for its next one. */
export class AssemblyBook {
  readonly #clock: Clock;
  readonly #here = new Map<string, Entry>();
  readonly #away = new Map<string, Away>();
  readonly #due: DueTimer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#due = new DueTimer(clock, () => this.#sweep());
  }

  /** A session of this origin has its first link. Each call is undone by one of `left`. */
  entered(peer: PeerId, origin: string): Assemblies {
    const key = `${peer} ${origin}`;
    const entry = this.#here.get(key) ?? {
      assemblies: this.#away.get(key)?.assemblies ?? new Assemblies(),
      sessions: 0,
    };
    entry.sessions++;
    this.#here.set(key, entry);
    this.#away.delete(key);
    return entry.assemblies;
  }

  /** Its last link is gone. */
  left(peer: PeerId, origin: string): void {
    const key = `${peer} ${origin}`;
    const entry = this.#here.get(key);
    if (entry === undefined || --entry.sessions > 0) return;
    this.#here.delete(key);
    if (entry.assemblies.bytes === 0) return;
    const until = this.#clock.now() + keptMs;
    this.#away.set(key, { peer, assemblies: entry.assemblies, until });
    this.#due.by(until);
    this.#sweep();
  }

  /** Forgets what is kept of those who are away. */
  close(): void {
    this.#due.cancel();
    this.#away.clear();
  }

  #sweep(): void {
    const now = this.#clock.now();
    let bytes = 0;
    for (const [key, { assemblies, until }] of this.#away) {
      if (until <= now) this.#away.delete(key);
      else bytes += assemblies.bytes;
    }
    while (this.#away.size > maxAway || bytes > maxAwayBytes) {
      const victim = this.#victim();
      if (victim === undefined) break;
      const [key, { assemblies }] = victim;
      this.#away.delete(key);
      bytes -= assemblies.bytes;
    }
    const [next] = this.#away.values();
    if (next !== undefined) this.#due.by(next.until);
  }

  /** The longest away of the peer that takes most: one that comes with ever new origins pushes out its own alone. */
  #victim(): readonly [key: string, away: Away] | undefined {
    const shares = new Map<PeerId, number>();
    for (const { peer, assemblies } of this.#away.values())
      shares.set(peer, (shares.get(peer) ?? 0) + 1 / maxAway + assemblies.bytes / maxAwayBytes);
    const most = Math.max(...shares.values());
    return [...this.#away].find(([, { peer }]) => shares.get(peer) === most);
  }
}
