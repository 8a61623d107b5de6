import type { ConformanceRunner } from "./runner.ts";

/**
 * True: the subject can do it, and the checks that need it run. A text: it cannot, and that is why; those checks are
 * skipped by name, with the text as their reason. False: it cannot, and nobody says why.
 */
export type Claim = boolean | string;

/** What every check of every suite has. */
export interface Check<Need extends string = string> {
  /** What is promised, as a sentence. Its name, too. */
  readonly promise: string;
  /** The capability without which it says nothing. */
  readonly needs?: Need;
  /** Takes seconds on a real medium: left out of the short form. */
  readonly long?: boolean;
}

/** "whole": every check that the capabilities allow. "short": without the long ones. */
export type ConformanceForm = "whole" | "short";

/** A check that did not run. */
export interface SkippedCheck {
  readonly promise: string;
  /** Undefined: the capability was denied without a word. */
  readonly reason: string | undefined;
}

export interface Choice<OneCheck> {
  readonly chosen: readonly OneCheck[];
  readonly skipped: readonly SkippedCheck[];
}

/** Pure. Each check is either chosen or skipped. */
export function chooseChecks<Need extends string, OneCheck extends Check<Need>>(
  checks: readonly OneCheck[],
  capabilities: Readonly<Record<Need, Claim>>,
  form: ConformanceForm = "whole",
): Choice<OneCheck> {
  const chosen: OneCheck[] = [];
  const skipped: SkippedCheck[] = [];
  for (const check of checks) {
    const claim = check.needs === undefined ? true : capabilities[check.needs];
    if (claim !== true) skipped.push({ promise: check.promise, reason: claim === false ? undefined : claim });
    else if (check.long === true && form === "short")
      skipped.push({ promise: check.promise, reason: "long: left out of the short form" });
    else chosen.push(check);
  }
  return { chosen, skipped };
}

/** Registers what was chosen, and tells what was skipped where the runner listens. */
export function registerChecks<OneCheck extends Check>(
  runner: ConformanceRunner,
  title: string,
  { chosen, skipped }: Choice<OneCheck>,
  run: (check: OneCheck) => Promise<void>,
): void {
  runner.describe(title, () => {
    for (const check of chosen) runner.it(check.promise, () => run(check));
    for (const { promise, reason } of skipped) runner.skip?.(promise, reason ?? "not claimed");
  });
}
