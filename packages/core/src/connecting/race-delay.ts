import type { RoadCapabilities, TransportId } from "../ports/transport.ts";

/** A way in the race to one peer, as far as it is known before it stands. */
export interface Runner {
  /** What its transport says of such a road. Undefined: it says nothing. */
  readonly capabilities?: RoadCapabilities | undefined;
  /** Round trip in milliseconds when a link last stood on it. */
  readonly rttMs?: number | undefined;
  readonly transport?: TransportId | undefined;
  readonly rendezvous?: string | undefined;
}

/**
 * Milliseconds from the start of one dial to the start of the next best, should the first not have answered by then.
 * Infinity: never beside it.
 */
export type RaceRule = (ahead: Runner, next: Runner) => number;

/** A road within one machine or one cable: it answers at once or not at all. */
const localMs = 30;
const localClassMs = 5;
const directMs = 250;
/** Somebody else's relay is not troubled while a direct way may still answer, and needs longer itself. */
const relayMs = 500;
/** However short the round trip was: a peer may be busy. */
const leastMeasuredMs = 100;
/** Round trips of a dial with its handshake, rounded up. */
const dialTrips = 4;

/**
 * The connection attempt delay of RFC 8305 §5 ("Happy Eyeballs"), by kind of road; shorter where a round trip was measured, and none
 * before the relay that signals the road ahead: it is troubled already, and carries until that stands. Pure.
 */
export function raceDelayMs(ahead: Runner, next: Runner): number {
  const { capabilities, rttMs } = ahead;
  if (bringsAlong(ahead, next)) return 0;
  if (capabilities?.direct && capabilities.latencyClassMs <= localClassMs) return localMs;
  const usual = isRelay(ahead) || isRelay(next) ? relayMs : directMs;
  return rttMs === undefined ? usual : Math.min(usual, Math.max(leastMeasuredMs, dialTrips * rttMs));
}

/** Whether `relay` is the relayed road of the transport, and by the rendezvous, by which `direct` is dialled too. Pure. */
export function bringsAlong(direct: Runner, relay: Runner): boolean {
  const isOne = direct.transport !== undefined && direct.transport === relay.transport;
  return isOne && direct.rendezvous === relay.rendezvous && direct.capabilities?.direct === true && isRelay(relay);
}

function isRelay({ capabilities }: Runner): boolean {
  return capabilities?.direct === false;
}
