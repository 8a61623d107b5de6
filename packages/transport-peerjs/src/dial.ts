import { type Clock, type Connection, type SignalOptions, SwarmError } from "@swarm-space/core";
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
  const over = new AbortController();
  const late = () => over.abort(new SwarmError("DIAL_FAILED", `Nothing came of it within ${dialTimeoutMs} ms`));
  // Of the id, not of one attempt: a server says it once, and it may be while an attempt ends.
  const onAbsent = () => over.abort(new SwarmError("PEER_ABSENT", "The PeerServer knows nobody of this id"));
  const timer = clock.timer(dialTimeoutMs, late);
  try {
    for (let left = maxAttempts; ; left -= 1) {
      const either = AbortSignal.any([signal, over.signal]);
      const result = await attempt(registration, id, { ...parts, onAbsent }, either);
      signal.throwIfAborted();
      if (!(result instanceof SwarmError)) return result;
      if (!isWorthAnother(result)) throw result;
      over.signal.throwIfAborted();
      if (left <= 1) throw result;
    }
  } finally {
    timer[Symbol.dispose]();
  }
}

function isWorthAnother(error: SwarmError): boolean {
  return error.code === "DIAL_FAILED";
}

/** Nothing is left of one that failed. Rejects with the signal's reason, where that was no `SwarmError`. */
async function attempt(
  registration: Registration,
  id: string,
  { clock, attemptTimeoutMs, onAbsent }: DialParts & { onAbsent(): void },
  signal: AbortSignal,
): Promise<Connection | SwarmError> {
  const over = new AbortController();
  const due = (what: string) => clock.timer(attemptTimeoutMs, () => over.abort(new SwarmError("DIAL_FAILED", what)));
  let timer = due("Nobody answered in time");
  const dialled = registration.dial(id, {
    onAnswer: () => {
      timer[Symbol.dispose]();
      timer = due("The peer connection did not open in its time");
    },
    onAbsent,
    onFault: (error) => over.abort(error),
  });
  try {
    await dialled.connection.opened({ signal: AbortSignal.any([signal, over.signal]) });
    dialled.release();
    return dialled.connection;
  } catch (error) {
    dialled.close();
    if (SwarmError.is(error)) return error;
    throw error;
  } finally {
    timer[Symbol.dispose]();
  }
}
