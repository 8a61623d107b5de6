import { describeError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";
import { pause } from "../system/pause.ts";

export interface AskingRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Logger;
}

/** A source that ended or threw is asked again after 5, 10 … 60 s. */
const againFirstMs = 5_000;
export const againMostMs = 60_000;

export interface Asking {
  readonly source: string;
  /** "discovery" or "announcement". */
  readonly what: string;
  /** Told how long it is until the next time, in milliseconds, and why there is one. */
  readonly onPause?: (waitMs: number, why: string) => void;
}

/** Runs a task until the signal aborts; one that ends or throws is run again, ever later. */
export async function keepAsking(
  { clock, events, log }: AskingRooms,
  { source, what, onPause }: Asking,
  signal: AbortSignal,
  task: () => Promise<void>,
): Promise<void> {
  for (let waitMs = againFirstMs; !signal.aborted; waitMs = Math.min(2 * waitMs, againMostMs)) {
    let why = "it had no more to say";
    try {
      await task();
    } catch (error) {
      if (signal.aborted) return;
      why = describeError(error);
      events.emit("discovery:failed", { source, detail: why });
      log.warn("DISCOVERY_FAILED", `${what} by ${source} failed: ${why}`);
    }
    if (!signal.aborted) onPause?.(waitMs, why);
    await pause(clock, waitMs, signal);
  }
}
