/** Runs in pages: checks that a test outside asks for and counts. */
export interface PageCase {
  readonly name: string;
  run(): unknown;
}

export interface CaseReport {
  readonly passed: readonly string[];
  /** By name, with what was thrown. */
  readonly failed: readonly (readonly [string, string])[];
}

declare global {
  interface Window {
    runCases(): Promise<CaseReport>;
  }
}

/** Gives `window.runCases`, which runs them one after the other. */
export function offerCases(cases: readonly PageCase[]): void {
  window.runCases = async () => {
    const passed: string[] = [];
    const failed: (readonly [string, string])[] = [];
    for (const { name, run } of cases) {
      try {
        await run();
        passed.push(name);
      } catch (error) {
        failed.push([name, error instanceof Error ? `${error.message}\n${error.stack}` : String(error)]);
      }
    }
    return { passed, failed };
  };
}

/** Fails a case in words. */
export function expectTrue(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
