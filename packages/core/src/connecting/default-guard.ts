import type { Clock } from "../ports/clock.ts";
import type { Guard, Outcome, Way } from "../ports/routing.ts";

const firstWaitMs = 1_000;
/** A way that fell silent was waited for already: it is the retransmission time that said so. */
const silentCreditMs = 500;
const longestWaitMs = 30_000;
const maxEntries = 10_000;

interface Pause {
  readonly failures: number;
  readonly until: number;
}

/** Without a resilience plugin: a failed way waits 1, 2, 4 … 30 s, so that nobody is stormed. */
export function defaultGuard(clock: Clock): Guard {
  const pauses = new Map<string, Pause>();
  const peek = (way: Way) => {
    const pause = pauses.get(keyOf(way));
    return pause !== undefined && pause.until > clock.now() ? { retryAt: pause.until, reason: "backoff" } : undefined;
  };
  return {
    peek,
    admit: (way) => peek(way) ?? { release: () => {} },
    record: ({ kind, way }: Outcome) => {
      // A handshake alone does not show that the way is sound: letters do. So this is told with each answer to one, and mostly none pauses.
      if (kind === "accepted" && pauses.size > 0) pauses.delete(keyOf(way));
      if (kind !== "refused" && kind !== "unavailable" && kind !== "silent") return;
      const key = keyOf(way);
      const failures = (pauses.get(key)?.failures ?? 0) + 1;
      pauses.delete(key);
      const waitMs =
        Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs) - (kind === "silent" ? silentCreditMs : 0);
      pauses.set(key, { failures, until: clock.now() + waitMs });
      if (pauses.size > maxEntries) evictOldest(pauses);
    },
  };
}

/** A sixty-fourth at a time: a JavaScript map scans the holes at its front, so one at a time would be quadratic. */
function evictOldest(pauses: Map<string, Pause>): void {
  let left = maxEntries >> 6;
  for (const key of pauses.keys()) {
    if (left-- <= 0) return;
    pauses.delete(key);
  }
}

function keyOf({ peer, transport, rendezvous }: Way): string {
  return `${transport} ${rendezvous ?? ""} ${peer}`;
}
