import type { Door } from "../door/door.ts";
import { codeOf, describeError, SwarmError } from "../errors/index.ts";
import { farewell } from "../messaging/farewell.ts";
import type { HandshakeOptions, Link, LinkFactory } from "../messaging/link.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { OutcomeKind } from "../ports/routing.ts";
import type { Connection } from "../ports/transport.ts";
import { deadline } from "../system/deadline.ts";
import { orAborted } from "../system/pause.ts";
import type { DialableWay } from "./ways.ts";

/** Longest dial and longest handshake, in milliseconds. */
export const dialTimeoutMs = 10_000;
export const handshakeTimeoutMs = 5_000;

export type Dialled =
  | { readonly kind: "connected"; readonly link: Link }
  | {
      readonly kind: Exclude<OutcomeKind, "connected">;
      readonly code: string;
      readonly detail: string;
      /** Who proved to be there, and is not wanted. */
      readonly peer?: PeerId;
    };

/** Of the node that dials. */
export interface DialRooms {
  readonly links: LinkFactory;
  readonly clock: Clock;
  readonly door: Pick<Door, "welcome">;
}

/**
 * Dials one way, does the handshake, and asks at our own door: an address whose peer is not known may lead to one that is
 * refused. Never rejects, leaves nothing half-open.
 */
export async function dial(dialable: DialableWay, rooms: DialRooms, cancel: AbortSignal): Promise<Dialled> {
  const { transport, target, way } = dialable;
  const { links, clock, door } = rooms;
  try {
    const connection = await within(clock, dialTimeoutMs, cancel, "DIAL_FAILED", (signal) =>
      transport.connect(target, way.road, { signal }),
    );
    const expect = target.peer === undefined ? {} : { expect: target.peer };
    const link = await shakeHands(connection, links, clock, cancel, { initiator: true, ...expect });
    const refusal = door.welcome(link.peer, connection);
    if (refusal === undefined) return { kind: "connected", link };
    farewell(link, refusal.code);
    void link.close(refusal.code);
    return { kind: "refused", ...refusal, peer: link.peer };
  } catch (error) {
    const code = codeOf(error, "DIAL_FAILED");
    return { kind: cancel.aborted ? "cancelled" : kindOf(code), code, detail: describeError(error) };
  }
}

/** The handshake in its time. @throws SwarmError of the link factory, `HANDSHAKE_TIMEOUT`; the signal's reason */
export function shakeHands(
  connection: Connection,
  factory: LinkFactory,
  clock: Clock,
  cancel: AbortSignal,
  o: Omit<HandshakeOptions, "signal">,
): Promise<Link> {
  return within(clock, handshakeTimeoutMs, cancel, "HANDSHAKE_TIMEOUT", (signal) =>
    factory.establish(connection, { ...o, signal }),
  );
}

function kindOf(code: string): Exclude<OutcomeKind, "connected"> {
  if (code === "PEER_ABSENT") return "absent";
  // Others crowd the peer's door: no verdict on the way.
  if (code === "DOOR_BUSY") return "cancelled";
  return code === "TRANSPORT_UNAVAILABLE" ? "unavailable" : "refused";
}

/** What comes after the time is over is closed, whatever a transport makes of the signal. */
async function within<Value extends Pick<Connection, "close">>(
  clock: Clock,
  timeoutMs: number,
  outer: AbortSignal,
  code: "DIAL_FAILED" | "HANDSHAKE_TIMEOUT",
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  outer.throwIfAborted();
  const late = () => new SwarmError(code, `nothing came of it within ${timeoutMs} ms`);
  const over = deadline(outer, clock, timeoutMs, late);
  const { signal } = over;
  let waiting = true;
  try {
    const working = work(signal).then((value) => {
      if (!waiting) void value.close("came too late");
      return value;
    });
    return await orAborted(working, signal);
  } finally {
    waiting = false;
    over[Symbol.dispose]();
  }
}
