import { type Clock, type Connection, childAbort, deadline, type SignalOptions, SwarmError } from "@swarm-space/core";
import type { Registration } from "./registration.ts";

export interface DialParts {
  readonly clock: Clock;
  readonly dialTimeoutMs: number;
  /** To the answer, and from it to the opening. */
  readonly attemptTimeoutMs: number;
}

const maxAttempts = 3;

/**
 * Dials an id through one server, which says within its own time that nobody is there. A peer connection that is not answered,
 * or does not open, in its time gives way to a new one: a server drops what it has for one who is just leaving, and
 * libdatachannel loses some to a race.
 * @throws SwarmError `PEER_ABSENT`, `TRANSPORT_UNAVAILABLE`, `DIAL_FAILED`; the signal's reason
 */
export async function dial(
  registration: Registration,
  id: string,
  parts: DialParts,
  { signal }: SignalOptions,
): Promise<Connection> {
  const { clock, dialTimeoutMs } = parts;
  const late = () => new SwarmError("DIAL_FAILED", `Nothing came of it within ${dialTimeoutMs} ms`);
  const over = deadline(signal, clock, dialTimeoutMs, late);
  // Of the id, not of one attempt: a server says it once, and it may be while an attempt ends.
  const onAbsent = () => over.abort(new SwarmError("PEER_ABSENT", "The PeerServer knows nobody of this id"));
  try {
    for (let left = maxAttempts; ; left -= 1) {
      const result = await attempt(registration, id, { ...parts, onAbsent }, over.signal);
      signal.throwIfAborted();
      if (!(result instanceof SwarmError)) return result;
      if (result.code !== "DIAL_FAILED") throw result;
      over.signal.throwIfAborted();
      if (left <= 1) throw result;
    }
  } finally {
    over[Symbol.dispose]();
  }
}

/** Nothing is left of one that failed. Rejects with the signal's reason, where that was no `SwarmError`. */
async function attempt(
  registration: Registration,
  id: string,
  { clock, attemptTimeoutMs, onAbsent }: DialParts & { onAbsent(): void },
  signal: AbortSignal,
): Promise<Connection | SwarmError> {
  const over = childAbort(signal);
  const due = (what: string) => clock.timer(attemptTimeoutMs, () => over.abort(new SwarmError("DIAL_FAILED", what)));
  let timer = due("Nobody answered in time");
  const { connection, release, close } = registration.dial(id, {
    onAnswer: () => {
      timer[Symbol.dispose]();
      timer = due("The peer connection did not open in its time");
    },
    onAbsent,
    onFault: over.abort,
  });
  try {
    await connection.opened(over);
    release();
    return connection;
  } catch (error) {
    close();
    if (SwarmError.is(error)) return error;
    throw error;
  } finally {
    timer[Symbol.dispose]();
    over[Symbol.dispose]();
  }
}
