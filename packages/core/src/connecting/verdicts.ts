import type { Guard, Outcome, OutcomeKind, RoutePolicy } from "../ports/routing.ts";

/** As `Verdicts.record`. */
export type RecordOutcome = (outcome: Outcome, beganAt?: number) => OutcomeKind;

/** What blames a peer, a way or a rendezvous. */
const blaming: readonly OutcomeKind[] = ["refused", "silent", "lost", "unavailable"];

/**
 * Tells every outcome to guard, routes and whoever keeps figures, in this order. What failed because this node itself slept
 * or had no network is no verdict on anybody.
 */
export class Verdicts {
  readonly #hearers: readonly ((outcome: Outcome) => void)[];

  readonly #excuse: (beganAt: number) => OutcomeKind | undefined;

  /** @param excuse what a failure counts as that began then (monotonic ms), where it may be this node's own doing */
  constructor(
    guard: Guard,
    routes: RoutePolicy,
    journal: (outcome: Outcome) => void,
    excuse: (beganAt: number) => OutcomeKind | undefined,
  ) {
    this.#excuse = excuse;
    this.#hearers = [(outcome) => guard.record(outcome), (outcome) => routes.record(outcome), journal];
  }

  /**
   * @param beganAt when the dial began, or the link stood (monotonic ms). Without: nothing excuses it.
   * @returns what it was told as
   */
  readonly record: RecordOutcome = (outcome, beganAt) => {
    const excused = beganAt !== undefined && blaming.includes(outcome.kind) ? this.#excuse(beganAt) : undefined;
    const told: Outcome = excused === undefined ? outcome : { ...outcome, kind: excused };
    for (const hear of this.#hearers) hear(told);
    return told.kind;
  };
}
