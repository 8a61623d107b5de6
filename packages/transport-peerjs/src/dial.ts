import {
  type ChildAbort,
  type Clock,
  type Connection,
  childAbort,
  deadline,
  type SignalOptions,
  SwarmError,
} from "@swarm-space/core";
import type { PeerjsConfig } from "./config.ts";
import type { Registration } from "./registration.ts";

export interface DialParts {
  readonly clock: Clock;
  /** Of an attempt: to the answer, and from it to the opening. */
  readonly config: Pick<PeerjsConfig, "dialTimeoutMs" | "attemptTimeoutMs">;
}

const maxAttempts = 3;

/**
 * Dials an id through one server, which says within its own time that nobody is there. A peer connection that is not answered,
 * or does not open, in its time gives way to a new one: a server drops what it has for one who is just leaving, and
 * libdatachannel loses some to a race.
 * @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE`, `SIGNAL_INVALID`, `DIAL_FAILED`; the signal's reason
 */
export async function dial(
  registration: Registration,
  id: string,
  parts: DialParts,
  { signal }: SignalOptions,
): Promise<Connection> {
  const { dialTimeoutMs } = parts.config;
  const late = () => new SwarmError("DIAL_FAILED", `Nothing came of it within ${dialTimeoutMs} ms`);
  const over = deadline(signal, parts.clock, dialTimeoutMs, late);
  try {
    for (let left = maxAttempts; ; left -= 1) {
      try {
        return await attempt(registration, id, parts, over);
      } catch (error) {
        over.signal.throwIfAborted();
        if (left <= 1 || !SwarmError.is(error, "DIAL_FAILED")) throw error;
      }
    }
  } finally {
    over[Symbol.dispose]();
  }
}

/** Nothing is left of one that failed. */
async function attempt(
  registration: Registration,
  id: string,
  { clock, config: { attemptTimeoutMs } }: DialParts,
  whole: ChildAbort,
): Promise<Connection> {
  const over = childAbort(whole.signal);
  const due = (what: string) => clock.timer(attemptTimeoutMs, () => over.abort(new SwarmError("DIAL_FAILED", what)));
  let timer = due("Nobody answered in time");
  const onAnswer = () => {
    timer[Symbol.dispose]();
    timer = due("The peer connection did not open in its time");
  };
  try {
    // Faults end the whole dial: a server says once that nobody is there, and it may be while an attempt ends.
    return await registration.dial(id, { onAnswer, onFault: whole.abort, onRefusal: over.abort }, over);
  } finally {
    timer[Symbol.dispose]();
    over[Symbol.dispose]();
  }
}
