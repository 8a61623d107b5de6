import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";

export interface SleepWatchRooms {
  readonly clock: Clock;
  readonly events: EventBus;
}

/** How often time is looked at, in milliseconds. */
const beatMs = 500;
/** Time that nobody saw pass, in milliseconds, from which this node counts as having slept. */
const leastSleepMs = 2_000;
/** What fails so soon after waking is put down to the sleep; at most as long as it was. Milliseconds. */
const forgivenMs = 5_000;

/**
 * Notices that this node slept: a frozen page, a lid that was closed, a process that was stopped. Monotonic time that jumps shows it, and, as some systems
 * stop monotonic time meanwhile, wall time that jumps. Peers that fell silent then are not to blame, and neither are ways.
 */
export class SleepWatch {
  readonly #rooms: SleepWatchRooms;
  #timer: Disposable | undefined;
  #seenAt = 0;
  #seenWall = 0;
  #forgivenUntil = 0;

  constructor(rooms: SleepWatchRooms) {
    this.#rooms = rooms;
  }

  open(): void {
    if (this.#timer !== undefined) return;
    this.#forgivenUntil = 0;
    this.#arm();
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /** A failure now says nothing of others: this node has just woken, whether or not it was told yet. */
  get drowsy(): boolean {
    if (this.#timer === undefined) return false;
    return this.#rooms.clock.now() < this.#forgivenUntil || this.#sleptMs() >= leastSleepMs;
  }

  /** Time since the last look, beyond a beat. A wall clock set forward passes for a sleep: it costs a ping for each link. */
  #sleptMs(): number {
    const { clock } = this.#rooms;
    return Math.max(clock.now() - this.#seenAt, clock.wall() - this.#seenWall) - beatMs;
  }

  #arm(): void {
    const { clock } = this.#rooms;
    this.#seenAt = clock.now();
    this.#seenWall = clock.wall();
    this.#timer = clock.timer(beatMs, () => this.#look());
  }

  #look(): void {
    const sleptMs = this.#sleptMs();
    this.#arm();
    if (sleptMs < leastSleepMs) return;
    this.#forgivenUntil = this.#seenAt + Math.min(sleptMs, forgivenMs);
    this.#rooms.events.emit("swarm:wake", { sleptMs: Math.round(sleptMs) });
  }
}
