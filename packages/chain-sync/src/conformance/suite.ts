/** What a suite needs of a test library; Vitest, node:test, Mocha and Jest all have it. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** One promise of an interface, and what shows whether it is kept. */
export interface ConformanceCheck<Subject> {
  /** As a sentence. Its name, too. */
  readonly promise: string;
  /** Rejects where it is broken. */
  run(subject: Subject): Promise<void> | void;
}

export interface ConformanceOptions<Subject> {
  readonly runner: ConformanceRunner;
  /** A fresh subject for one check. */
  create(): Subject | Promise<Subject>;
}

export function registerSuite<Subject>(
  title: string,
  checks: readonly ConformanceCheck<Subject>[],
  { runner, create }: ConformanceOptions<Subject>,
): void {
  runner.describe(title, () => {
    for (const check of checks) runner.it(check.promise, async () => check.run(await create()));
  });
}

/** Fails a check, in words of the promise that was broken. */
export function holds(condition: boolean, promise: string): void {
  if (!condition) throw new Error(promise);
}
