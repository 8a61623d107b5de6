import { describe, expect, type TestContext, test } from "vitest";
import type { ToldHeading } from "./gaps.ts";

type Body = (context: TestContext) => Promise<void> | void;

/** Under a heading: its tests, each named by lines of the seed. */
export interface HeadingDesk {
  /** A test of these lines. */
  promise(lines: readonly string[], body: Body, timeoutMs?: number): void;
  /** A test of the heading itself, in words of one's own: for one that says nothing but its title. */
  whole(name: string, body: Body): void;
}

/** The headings that have tests, once those are collected. */
export class HeadingBook {
  readonly #told: { readonly title: string; readonly lines: string[]; tests: number }[] = [];

  get told(): readonly ToldHeading[] {
    return this.#told;
  }

  /** Tests of one heading. A test without an assertion fails. */
  heading = (title: string, tell: (desk: HeadingDesk) => void): void => {
    const told = { title, lines: [] as string[], tests: 0 };
    this.#told.push(told);
    const add = (name: string, body: Body, timeoutMs?: number) => {
      told.tests += 1;
      test(name, { ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) }, async (context) => {
        expect.hasAssertions();
        await body(context);
      });
    };
    describe(title, () =>
      tell({
        promise: (lines, body, timeoutMs) => {
          told.lines.push(...lines);
          add(lines.join(" · "), body, timeoutMs);
        },
        whole: add,
      }),
    );
  };
}
