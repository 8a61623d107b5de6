import type { ConformanceForm, ConformanceRunner } from "@swarm-space/testkit/conformance";

/** What a suite is run on. Each is one row of `npm run conformance`, and one test file's worth of tests. */
export interface Subject {
  /** As `npm run conformance -- NAME` takes it. */
  readonly name: string;
  /** Registers its checks, and tells what it skips. */
  conform(runner: ConformanceRunner, form: ConformanceForm): void;
}
