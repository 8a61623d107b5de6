export interface AllowanceRules {
  readonly perSecond: number;
  readonly burst: number;
}

/** How much of a burst is left, and when that was so. A token bucket. */
export interface Allowance {
  readonly left: number;
  /** Monotonic ms. */
  readonly at: number;
}

/** Takes one. @returns what is left, and how long to wait for the one that was taken, in milliseconds */
export function spend(allowance: Allowance, now: number, rules: AllowanceRules): { left: Allowance; waitMs: number } {
  const refilled = allowance.left + ((now - allowance.at) / 1_000) * rules.perSecond;
  const left = Math.min(rules.burst, refilled) - 1;
  return { left: { left, at: now }, waitMs: left >= 0 ? 0 : (-left / rules.perSecond) * 1_000 };
}
