import type { Guard, Outcome, OutcomeKind, RoutePolicy } from "../ports/routing.ts";

/** What blames a peer, a way or a rendezvous. */
const blaming: readonly OutcomeKind[] = ["refused", "silent", "lost", "unavailable"];

/**
 * Tells every outcome to guard, routes and whoever keeps figures, in this order. What failed because this node itself slept
 * is no verdict on anybody.
 */
export class Verdicts {
  readonly #hearers: readonly ((outcome: Outcome) => void)[];

  readonly #isDrowsy: () => boolean;

  constructor(guard: Guard, routes: RoutePolicy, journal: (outcome: Outcome) => void, isDrowsy: () => boolean) {
    this.#isDrowsy = isDrowsy;
    this.#hearers = [(outcome) => guard.record(outcome), (outcome) => routes.record(outcome), journal];
  }

  readonly record = (outcome: Outcome): void => {
    const told: Outcome =
      blaming.includes(outcome.kind) && this.#isDrowsy() ? { ...outcome, kind: "cancelled" } : outcome;
    for (const hear of this.#hearers) hear(told);
  };
}
