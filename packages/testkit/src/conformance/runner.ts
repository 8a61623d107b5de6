/** What a suite needs of a test library; Vitest, node:test, Mocha and Jest all have it. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
  /** Hears of each check that is left out, and why. Without it nothing is registered for them. */
  skip?(name: string, reason: string): unknown;
}

/** Runs a check and clears its place up. Where both fail, the check's own failure counts. */
export async function runOn(place: { dispose(): void | Promise<void> }, run: () => Promise<void>): Promise<void> {
  const outcome = await run().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    await place.dispose();
  } catch (error) {
    throw outcome === undefined ? error : outcome.error;
  }
  if (outcome !== undefined) throw outcome.error;
}
