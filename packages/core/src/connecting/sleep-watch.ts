import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { NetworkSignal } from "../system/network-signal.ts";

export interface SleepWatchRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly network: NetworkSignal;
}

/** How often time is looked at, in milliseconds. */
const beatMs = 500;
/** Time that nobody saw pass, in milliseconds, from which this node counts as having slept. */
const leastSleepMs = 2_000;
/** What fails so soon after waking is put down to the sleep; at most as long as it was. Milliseconds. */
const excusedMs = 5_000;
/** A node that is overloaded sleeps often. It has so many excuses at once, and then one in so many milliseconds. */
const maxExcuses = 2;
const excuseMs = 20_000;

/**
 * Notices that this node was away. It slept: a frozen page, a lid that was closed, a process that was stopped. Monotonic time that jumps shows it, and,
 * as some systems stop monotonic time meanwhile, wall time that jumps. Or its network was gone: the environment says so, where it can.
 * Peers that fell silent then are not to blame, and neither are ways.
 */
export class SleepWatch {
  readonly #rooms: SleepWatchRooms;
  #timer: Disposable | undefined;
  #unsubscribe: (() => void) | undefined;
  #seenAt = 0;
  #seenWall = 0;
  #excuses = maxExcuses;
  #awaySince: number | undefined;
  /** How long the network was away, where its return could not be told yet. */
  #untoldMs: number | undefined;
  #wokeAt = 0;
  #excusedUntil = 0;

  constructor(rooms: SleepWatchRooms) {
    this.#rooms = rooms;
  }

  open(): void {
    if (this.#timer !== undefined) return;
    this.#excuses = maxExcuses;
    this.#excusedUntil = 0;
    this.#awaySince = undefined;
    this.#untoldMs = undefined;
    this.#unsubscribe = this.#rooms.network.onChange((isThere) => (isThere ? this.#returned() : this.#went()));
    this.#arm();
  }

  close(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /**
   * What a failure now says of others. Undefined: what it says. "cancelled": nothing, as this node was away while it came about, whether or not
   * that was noticed yet. "absent": nothing either, as it was tried without network; it is not tried again at once.
   * @param beganAt when what failed began (monotonic ms): what began since this node is back is judged as ever
   */
  excuse(beganAt: number): "cancelled" | "absent" | undefined {
    if (this.#timer === undefined) return undefined;
    const unseenMs = this.#unseenMs();
    const isExcused =
      unseenMs - beatMs >= leastSleepMs
        ? this.#share(unseenMs) >= 1
        : this.#rooms.clock.now() < this.#excusedUntil && beganAt <= this.#wokeAt;
    if (isExcused) return "cancelled";
    return this.#awaySince === undefined ? undefined : "absent";
  }

  /** Time since the last look. A wall clock set forward passes for a sleep: it costs a ping for each link. */
  #unseenMs(): number {
    const { clock } = this.#rooms;
    return Math.max(clock.now() - this.#seenAt, clock.wall() - this.#seenWall);
  }

  /** Excuses left, after so much more time. */
  #share(unseenMs: number): number {
    return Math.min(maxExcuses, this.#excuses + unseenMs / excuseMs);
  }

  #arm(): void {
    const { clock } = this.#rooms;
    this.#timer?.[Symbol.dispose]();
    this.#seenAt = clock.now();
    this.#seenWall = clock.wall();
    this.#timer = clock.timer(beatMs, () => {
      this.#rooms.network.look?.();
      this.#look();
      this.#catchUp();
    });
  }

  /** A return for which there was no excuse left is told as soon as there is one, while the network is still there. */
  #catchUp(): void {
    if (this.#untoldMs === undefined || this.#awaySince !== undefined || !this.#take(excusedMs)) return;
    this.#tell("network", this.#untoldMs);
  }

  #look(): void {
    const unseenMs = this.#unseenMs();
    this.#excuses = this.#share(unseenMs);
    this.#arm();
    const sleptMs = unseenMs - beatMs;
    if (sleptMs >= leastSleepMs && this.#take(Math.min(sleptMs, excusedMs))) this.#tell("sleep", sleptMs);
  }

  /** What stands now may die of it at any time until the network is back. */
  #went(): void {
    if (this.#awaySince !== undefined) return;
    this.#look();
    this.#awaySince = this.#rooms.clock.now();
    this.#take(Number.POSITIVE_INFINITY);
  }

  #returned(): void {
    this.#look();
    const now = this.#rooms.clock.now();
    const awayMs = (this.#untoldMs ?? 0) + (this.#awaySince === undefined ? 0 : now - this.#awaySince);
    this.#awaySince = undefined;
    // Going and coming back need one excuse.
    if (this.#excusedUntil === Number.POSITIVE_INFINITY) this.#excuseUntil(now + excusedMs);
    else if (!this.#take(excusedMs)) {
      this.#untoldMs = awayMs;
      return;
    }
    this.#tell("network", awayMs);
  }

  /** False: there have been too many of late. */
  #take(forMs: number): boolean {
    if (this.#excuses < 1) return false;
    this.#excuses -= 1;
    const now = this.#rooms.clock.now();
    this.#excuseUntil(Math.max(this.#excusedUntil, now + forMs));
    return true;
  }

  #excuseUntil(at: number): void {
    this.#wokeAt = this.#rooms.clock.now();
    this.#excusedUntil = at;
  }

  #tell(cause: "sleep" | "network", awayMs: number): void {
    if (cause === "network") this.#untoldMs = undefined;
    this.#rooms.events.emit("swarm:wake", { cause, awayMs: Math.round(awayMs) });
  }
}
