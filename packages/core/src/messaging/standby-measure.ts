import type { LiveLink } from "./live-link.ts";

/** A standby of which nothing was measured for so long, in milliseconds, is asked while letters flow. */
const staleMs = 2_000;
/** The round trip of the link that carries has changed when it differs by so much, in milliseconds, and by this share. */
const changedMs = 5;
const changedShare = 0.15;

/**
 * Whether a standby is to be measured now: what is known of it is old, or the link that carries is no longer what it was when the
 * standby came second to it. Who would choose must know both.
 */
export function isMeasureDue(standby: LiveLink, carrying: LiveLink, now: number): boolean {
  const { ping } = standby;
  if (standby.blocked || (ping !== undefined && now - ping.sentAt < staleMs)) return false;
  const { measuredAt } = standby.roundTrip;
  if (measuredAt === undefined || now - measuredAt >= staleMs) return true;
  const { smoothedMs: presentMs } = carrying.roundTrip;
  if (presentMs === undefined || standby.besideMs === undefined) return false;
  const differenceMs = Math.abs(presentMs - standby.besideMs);
  return differenceMs >= changedMs && differenceMs >= changedShare * standby.besideMs;
}

/** What the standby is taken to stand beside now: a change is followed by halves, so that one measurement does not settle it. */
export function besideMs(standby: LiveLink, carrying: LiveLink): number | undefined {
  const { smoothedMs: presentMs } = carrying.roundTrip;
  return presentMs === undefined || standby.besideMs === undefined ? presentMs : (standby.besideMs + presentMs) / 2;
}
