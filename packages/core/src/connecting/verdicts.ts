import type { Guard, Outcome, RoutePolicy } from "../ports/routing.ts";

/** Tells every outcome to guard, routes and whoever keeps figures, in this order. */
export class Verdicts {
  readonly #hearers: readonly ((outcome: Outcome) => void)[];

  constructor(guard: Guard, routes: RoutePolicy, journal: (outcome: Outcome) => void) {
    this.#hearers = [(outcome) => guard.record(outcome), (outcome) => routes.record(outcome), journal];
  }

  readonly record = (outcome: Outcome): void => {
    for (const hear of this.#hearers) hear(outcome);
  };
}
