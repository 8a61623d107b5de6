import {
  type Clock,
  type DiscoverySource,
  describeError,
  type EventBus,
  type Logger,
  type Random,
  type Sighting,
  type SourceStatus,
} from "@swarm-space/core";
import type { AllowanceRules } from "./allowance.ts";
import { jittered } from "./discovery-cascade.ts";
import { readSource } from "./read-source.ts";
import { type DropReason, type SiftRules, sift } from "./sift.ts";

export interface DeskParts {
  readonly source: DiscoverySource;
  readonly rules: () => Omit<SiftRules, "source">;
  readonly pace: AllowanceRules | undefined;
  readonly jitter: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventBus;
  readonly log: Logger;
  /** Takes a sighting that is well formed. */
  readonly take: (sighting: Sighting) => DropReason | undefined;
  /** It has ended, well or not. */
  readonly onEnded: () => void;
}

/** A source that ended or threw is asked again after 5, 10 … 60 s. */
const againFirstMs = 5_000;
const againMostMs = 60_000;
const stopped = "the node does not run";

/** Asks one source while it is its turn, and counts what became of its answers. */
export class SourceDesk {
  readonly id: string;
  readonly #parts: DeskParts;
  readonly #dropped = new Map<DropReason, number>();
  #found = 0;
  #turn: AbortController | undefined;
  #again: { readonly timer: Disposable; readonly at: number; readonly why: string } | undefined;
  #ends = 0;
  #why = stopped;

  constructor(parts: DeskParts) {
    this.id = parts.source.id;
    this.#parts = parts;
  }

  /** It is its turn, and it has nothing more to say before it is asked again. */
  get isSilent(): boolean {
    return this.#again !== undefined;
  }

  /** From here on it is asked. Twice is harmless. */
  open(): void {
    if (this.#turn !== undefined) return;
    this.#turn = new AbortController();
    this.#ends = 0;
    void this.#ask(this.#turn.signal);
  }

  /** It is asked no more. Twice is harmless. */
  close(why = stopped): void {
    this.#why = why;
    this.#again?.timer[Symbol.dispose]();
    this.#again = undefined;
    this.#turn?.abort(new DOMException(why, "AbortError"));
    this.#turn = undefined;
  }

  status(idle: Pick<SourceStatus, "state" | "resumesAt">, asked: string): SourceStatus {
    const counts = { id: this.id, found: this.#found, dropped: new Map(this.#dropped) };
    if (this.#again !== undefined)
      return { ...counts, state: "waiting", why: this.#again.why, resumesAt: this.#again.at };
    if (this.#turn !== undefined) return { ...counts, state: "asked", why: asked };
    return { ...counts, ...idle, why: this.#why };
  }

  /** Never rejects. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { source, clock, pace, events, log } = this.#parts;
    let why = "it had no more to say";
    try {
      for await (const value of readSource(source, { clock, signal, pace })) this.#heed(value);
    } catch (error) {
      why = describeError(error);
      if (!signal.aborted) {
        events.emit("discovery:failed", { source: this.id, detail: why });
        log.warn("DISCOVERY_FAILED", `discovery by ${this.id} failed: ${why}`);
      }
    }
    if (!signal.aborted) this.#askAgain(why, signal);
  }

  #askAgain(why: string, signal: AbortSignal): void {
    const { clock, random, jitter, onEnded } = this.#parts;
    const waitMs = jittered(Math.min(againFirstMs * 2 ** this.#ends, againMostMs), jitter, random.float());
    this.#ends = Math.min(this.#ends + 1, 10);
    const timer = clock.timer(waitMs, () => {
      this.#again = undefined;
      void this.#ask(signal);
    });
    this.#again = { timer, at: clock.now() + waitMs, why };
    onEnded();
  }

  #heed(value: unknown): void {
    const { rules, take } = this.#parts;
    const sighting = sift(value, { ...rules(), source: this.id });
    const reason = typeof sighting === "string" ? sighting : take(sighting);
    if (reason === undefined) this.#found++;
    else this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }
}
