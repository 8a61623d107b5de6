import type { Clock } from "../ports/clock.ts";
import type { Guard } from "../ports/routing.ts";
import type { Door } from "./door.ts";

/** The node's guard, which also leaves alone whom the door would not let in. */
export function guardedByDoor(guard: Guard, door: Door, clock: Clock): Guard {
  const refusal = (peer: string) => {
    const until = door.refusedUntil(peer);
    return until === undefined || until <= clock.now() ? undefined : { retryAt: until, reason: "graylisted" };
  };
  return {
    admit: (way) => refusal(way.peer) ?? guard.admit(way),
    record: (outcome) => guard.record(outcome),
    peek: (way) => refusal(way.peer) ?? guard.peek?.(way),
  };
}
