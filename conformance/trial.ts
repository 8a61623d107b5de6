import type { ConformanceForm, ConformanceRunner } from "@swarm-space/testkit/conformance";
import type { Subject } from "./subject.ts";

/** What became of one subject. */
export interface Verdict {
  readonly subject: string;
  readonly passed: number;
  readonly failures: readonly { readonly promise: string; readonly why: string }[];
  readonly skips: readonly { readonly promise: string; readonly reason: string }[];
}

export interface TrialOptions {
  readonly form: ConformanceForm;
  /** A check that takes longer has failed, in milliseconds. */
  readonly limitMs: number;
  /** Hears of each check as it ends. */
  readonly progress: (line: string) => void;
}

/** Runs every check of a subject, one after the other. The command is a runner like any test library. */
export async function tryOut(subject: Subject, { form, limitMs, progress }: TrialOptions): Promise<Verdict> {
  const checks: { readonly promise: string; readonly run: () => Promise<void> }[] = [];
  const skips: { readonly promise: string; readonly reason: string }[] = [];
  const runner: ConformanceRunner = {
    describe: (_name, body) => body(),
    it: (promise, run) => void checks.push({ promise, run }),
    skip: (promise, reason) => void skips.push({ promise, reason }),
  };
  subject.conform(runner, form);
  const failures: { readonly promise: string; readonly why: string }[] = [];
  for (const { promise, run } of checks) {
    try {
      await within(run(), limitMs);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failures.push({ promise, why });
      progress(`${subject.name}: NOT KEPT: ${promise}\n  ${why}`);
    }
  }
  return { subject: subject.name, passed: checks.length - failures.length, failures, skips };
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not over within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
