/** What a suite needs of a test library; Vitest, node:test, Mocha and Jest all have it. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}
