import { SwarmError } from "../errors/index.ts";
import type { OutcomeKind, Way } from "../ports/routing.ts";
import type { Address, Target } from "../ports/transport.ts";
import { addressKey } from "./address-book.ts";
import { bringsAlong, type RaceRule, type Runner } from "./race-delay.ts";
import { wayKey } from "./ways.ts";

/** How the last try of a way ended. */
export interface LastTry {
  readonly way: Way;
  readonly kind: OutcomeKind;
  /** Monotonic ms. */
  readonly at: number;
  readonly code?: string;
  readonly detail?: string;
  /** We ended it ourselves: another was quicker, or it began before this node slept. */
  readonly calledOff?: boolean;
}

/** A way rests for so long after a dial, in milliseconds: what fails at once would be dialled on and on where the guard admits it, or never heard of it. */
const restMs = 20;

/** Waits after "nobody there": 2, 4 … 60 s at most, and half of it at least, until somebody is sighted again. */
const absentFirstMs = 2_000;
const absentMostMs = 60_000;
const maxTries = 32;

/** Waits after "too many at the door": short, for whoever asks again soon gets in sooner. */
const busyFirstMs = 100;
const busyMostMs = 1_000;

interface Absence {
  readonly times: number;
  readonly until: number;
}

/** The effort to be connected to one target. */
export class Pursuit {
  readonly key: string;
  target: Target;
  /** Dials under way, by way. */
  readonly dials = new Map<string, { readonly way: Way; readonly cancel: AbortController }>();
  readonly tries = new Map<string, LastTry>();
  readonly #absences = new Map<string, Absence>();
  /** Round trips of ways that stood, in milliseconds. */
  readonly #trips = new Map<string, number>();
  timer: Disposable | undefined;
  /** When `timer` fires. */
  nextAt: number | undefined;
  /** The dial that was begun last, while it is under way. */
  #ahead: { readonly way: Way; readonly since: number } | undefined;
  /** Callers of `connect` that wait. */
  callers = 0;

  constructor(key: string, target: Target) {
    this.key = key;
    this.target = target;
  }

  /** A dial is under way. */
  begin(way: Way, cancel: AbortController, now: number): void {
    this.dials.set(wayKey(way), { way, cancel });
    this.#ahead = { way, since: now };
  }

  /** A dial has ended. Where it was the last one, the next may begin. */
  end(way: Way): void {
    this.dials.delete(wayKey(way));
    if (this.#ahead?.way === way) this.#ahead = undefined;
  }

  /** When a way may be dialled beside those under way (monotonic ms). */
  startsAt(way: Way, rule: RaceRule): number {
    if (this.#ahead === undefined) return 0;
    return this.#ahead.since + rule(this.#runner(this.#ahead.way), this.#runner(way));
  }

  /** A link on this way ended; what its round trip was. */
  noteTrip(way: Way, rttMs: number | undefined): void {
    if (rttMs === undefined) return;
    const key = wayKey(way);
    this.#trips.delete(key);
    this.#trips.set(key, rttMs);
    const [oldest] = this.#trips.keys();
    if (this.#trips.size > maxTries && oldest !== undefined) this.#trips.delete(oldest);
  }

  /** @param jitter 0 to 1, spreads the next try of those who were turned away, or found nobody, together */
  note(wayKey: string, last: LastTry, jitter = 0): void {
    this.tries.delete(wayKey);
    this.tries.set(wayKey, last);
    const [oldest] = this.tries.keys();
    if (this.tries.size > maxTries && oldest !== undefined) {
      this.tries.delete(oldest);
      this.#absences.delete(oldest);
    }
    const busy = last.code === "DOOR_BUSY";
    if (last.kind !== "absent" && !busy) return void this.#absences.delete(wayKey);
    const times = (this.#absences.get(wayKey)?.times ?? 0) + 1;
    const waitMs = busy
      ? Math.min(busyFirstMs * 1.5 ** (times - 1), busyMostMs) * (0.5 + jitter)
      : Math.min(absentFirstMs * 2 ** (times - 1), absentMostMs) * (1 - jitter / 2);
    this.#absences.set(wayKey, { times, until: last.at + waitMs });
  }

  /** When a way that found nobody is worth another try. */
  absentUntil(wayKey: string): number {
    return this.#absences.get(wayKey)?.until ?? 0;
  }

  /** When a way may be dialled again, whatever the guard says (monotonic ms). */
  restsUntil(wayKey: string): number {
    const last = this.tries.get(wayKey);
    const rested = last === undefined || last.calledOff ? 0 : last.at + restMs;
    return Math.max(rested, this.absentUntil(wayKey));
  }

  /** The peer was sighted: it may be back. */
  sighted(): void {
    this.#absences.clear();
  }

  /** What is under way is called off, and nobody counts as absent. */
  startOver(why: string): void {
    const reason = new SwarmError("DIAL_FAILED", why);
    this.abort(reason);
    this.sighted();
  }

  /** An address that led to another peer. */
  forget(address: Address): void {
    const key = addressKey(address);
    this.target = { ...this.target, addresses: this.target.addresses.filter((each) => addressKey(each) !== key) };
  }

  cancel(reason: unknown): void {
    this.timer?.[Symbol.dispose]();
    this.timer = undefined;
    this.nextAt = undefined;
    this.abort(reason);
  }

  /** Ends every dial under way, or those of the ways that are meant. */
  abort(reason: unknown, isMeant: (way: Way) => boolean = () => true): void {
    for (const { way, cancel } of this.dials.values()) if (isMeant(way)) cancel.abort(reason);
  }

  /** The race is won, and the other dials end; but not those of a direct way that a relay brings along: the relay carries until it stands. */
  wonBy(winner: Way, reason: unknown): void {
    this.abort(reason, (way) => !bringsAlong(way, winner));
  }

  #runner(way: Way): Runner {
    const { capabilities, transport, rendezvous } = way;
    return { capabilities, transport, rendezvous, rttMs: this.#trips.get(wayKey(way)) };
  }
}
