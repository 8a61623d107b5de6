import {
  type Clock,
  childAbort,
  deadline,
  orAborted,
  type PeerId,
  type SignalOptions,
  SwarmError,
} from "@swarm-space/core";
import type { Session, Ways } from "@swarm-space/gun-driver/road";
import type { DataChannelConnection } from "@swarm-space/webrtc-driver";
import type { Meeting } from "../signalling/meeting.ts";
import type { MeetingDesk } from "../signalling/meeting-desk.ts";
import type { SimpleChannel, SimpleChannelParts } from "./simple-channel.ts";

/** Makes one end, of which only the other side is not yet known. */
export type MakeChannel = (
  parts: Pick<SimpleChannelParts, "offers" | "onSignal" | "onConnection" | "onBack" | "onEnd"> & {
    readonly relay: string;
    readonly remote: string;
  },
) => SimpleChannel;

export interface DirectDialParts {
  readonly clock: Clock;
  readonly desk: MeetingDesk;
  readonly road: Session;
  readonly makeChannel: MakeChannel;
  readonly attemptTimeoutMs: number;
}

/**
 * Dials a data channel: knocks by the relays, takes the offer that comes back, and waits until the channel is open. A second try begins
 * where the first was answered half its time ago and is not open, or is over; the first that opens stays.
 * @throws SwarmError `PEER_ABSENT` nobody answered; `DIAL_FAILED`; `TRANSPORT_UNAVAILABLE`; the signal's reason
 */
export async function dialDirect(
  parts: DirectDialParts,
  to: PeerId | undefined,
  ways: Ways,
  { signal }: SignalOptions,
): Promise<DataChannelConnection> {
  const over = childAbort(signal);
  const isDue = Promise.withResolvers<void>();
  let patience: Disposable | undefined;
  const first = attempt(parts, to, ways, over.signal, () => {
    patience = parts.clock.timer(parts.attemptTimeoutMs / 2, isDue.resolve);
  });
  first.catch((error: unknown) => (isWorthAnother(error) ? isDue.resolve() : isDue.reject(error)));
  const second = isDue.promise.then(() => attempt(parts, to, ways, over.signal));
  try {
    const opened = await Promise.any([first, second]);
    const late = "another try was open first";
    // One that was called off has nothing to say.
    for (const each of [first, second])
      each.then(
        (other) => other !== opened && void other.close(late),
        () => undefined,
      );
    return opened;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AggregateError ? error.errors.at(-1) : error;
  } finally {
    patience?.[Symbol.dispose]();
    over.abort(new SwarmError("DIAL_FAILED", "another try was open first"));
    over[Symbol.dispose]();
  }
}

function isWorthAnother(error: unknown): boolean {
  return SwarmError.is(error, "DIAL_FAILED") || SwarmError.is(error, "PEER_ABSENT");
}

/** Nothing is left of one that failed. */
async function attempt(
  { clock, desk, road, makeChannel, attemptTimeoutMs }: DirectDialParts,
  to: PeerId | undefined,
  ways: Ways,
  signal: AbortSignal,
  onAnswered?: () => void,
): Promise<DataChannelConnection> {
  const found = Promise.withResolvers<DataChannelConnection>();
  let channel: SimpleChannel | undefined;
  let meeting: Meeting | undefined;
  let isLasting = false;
  const over = deadline(signal, clock, attemptTimeoutMs, () => lateError(channel !== undefined, attemptTimeoutMs));
  const unwatch = road.onRelay(() => {
    // Before it is answered all hangs on the relays.
    if (channel === undefined && !ways.first.some(({ relay }) => road.isUp(relay)))
      over.abort(new SwarmError("TRANSPORT_UNAVAILABLE", "The relays that signal went away"));
  });
  try {
    meeting = await desk.dial(to, ways, {
      onAnswer: (from, relay) => {
        onAnswered?.();
        channel = makeChannel({
          offers: false,
          relay,
          remote: from,
          onSignal: (each) => meeting?.say(each),
          onConnection: found.resolve,
          onBack: () => meeting?.rest(),
          onEnd: over.abort,
        });
      },
      onSignal: (each) => channel?.signal(each),
      onFault: over.abort,
    });
    const connection = await orAborted(found.promise, over.signal);
    await connection.opened(over);
    isLasting = channel?.isRestartable === true;
    void connection.closed.then(() => meeting && desk.end(meeting));
    return connection;
  } catch (error) {
    channel?.destroy();
    throw over.signal.aborted ? over.signal.reason : error;
  } finally {
    over[Symbol.dispose]();
    unwatch();
    if (meeting && isLasting) desk.settle(meeting);
    else if (meeting) desk.end(meeting);
  }
}

function lateError(isAnswered: boolean, ms: number): SwarmError {
  return isAnswered
    ? new SwarmError("DIAL_FAILED", `The data channel did not open within ${ms} ms`)
    : new SwarmError("PEER_ABSENT", `Nobody answered within ${ms} ms`);
}
