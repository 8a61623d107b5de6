import type { Outcome } from "@swarm-space/core";
import type { BreakerInput } from "./circuit-breaker.ts";

/** What an outcome tells a breaker; undefined: nothing. */
export type Verdict = Extract<BreakerInput, { type: "failure" | "success" | "proof" }> | undefined;

export interface Verdicts {
  readonly peer: Verdict;
  readonly rendezvous: Verdict;
}

const none: Verdicts = Object.freeze({ peer: undefined, rendezvous: undefined });

/** Whom an outcome speaks for. `draw` feeds the jitter of a failure. */
export function verdictsOf(outcome: Outcome, draw: () => number): Verdicts {
  switch (outcome.kind) {
    case "connected": {
      const success = { type: "success", heard: false } as const;
      return { peer: success, rendezvous: success };
    }
    case "inbound": {
      const proof = { type: "proof" } as const;
      return { peer: proof, rendezvous: proof };
    }
    case "accepted": {
      const success = { type: "success", heard: true } as const;
      // Letters on a direct road say nothing of the relay that once signalled it.
      return { peer: success, rendezvous: outcome.way.capabilities?.direct === false ? success : undefined };
    }
    case "refused":
      return {
        peer: { type: "failure", silent: outcome.behindHandshake === true, draw: draw() },
        rendezvous: undefined,
      };
    case "silent":
      return { peer: { type: "failure", silent: true, draw: draw() }, rendezvous: undefined };
    case "unavailable":
      return { peer: undefined, rendezvous: { type: "failure", silent: false, draw: draw() } };
    default:
      return none;
  }
}

/** These end a dial: told again of an attempt that has ended, they are an echo. The others speak of a standing connection. */
export function endsDial(outcome: Outcome): boolean {
  return outcome.kind === "connected" || outcome.kind === "refused" || outcome.kind === "unavailable";
}
