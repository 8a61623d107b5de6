import type { ForkChoice, Tip } from "../model/fork-choice.ts";
import { type ConformanceCheck, type ConformanceOptions, holds, registerSuite } from "./suite.ts";

/** Ends of chains that differ in all that a choice may look at, most of them in one thing alone. */
const tips: readonly Tip[] = [0, 1, 2].flatMap((work) =>
  [1, 2, 3].flatMap((height) =>
    ["0a", "0b", "f0"].map((start) => Object.freeze({ id: start.repeat(32), height, work: BigInt(work) << 70n })),
  ),
);

const pairs = tips.flatMap((one) => tips.map((other): readonly [Tip, Tip] => [one, other]));

/** Every promise of `ForkChoice`, as data. */
export const forkChoiceChecks: readonly ConformanceCheck<ForkChoice>[] = Object.freeze([
  {
    promise: "a tip equals itself and no other",
    run: (choice) =>
      pairs.forEach(([one, other]) => {
        const isSame = one.id === other.id && one.height === other.height && one.work === other.work;
        holds((choice.compare(one, { ...other }) === 0) === isSame, "0 is for the same tip alone");
      }),
  },
  {
    promise: "who wins against a tip is lost to by it",
    run: (choice) =>
      pairs.forEach(([one, other]) => {
        holds(
          choice.compare(one, other) + choice.compare(other, one) === 0,
          "the order of the question does not matter",
        );
      }),
  },
  {
    promise: "the order has no circles",
    run: (choice) =>
      pairs.forEach(([one, two]) => {
        if (choice.compare(one, two) <= 0) return;
        for (const three of tips) {
          holds(
            choice.compare(two, three) <= 0 || choice.compare(one, three) > 0,
            "one > two > three, but not one > three",
          );
        }
      }),
  },
  {
    promise: "the answer depends on the two tips alone, however often and in whatever order it is asked",
    run: (choice) => {
      const first = pairs.map(([one, other]) => choice.compare(one, other));
      const again = pairs.toReversed().map(([one, other]) => choice.compare(one, other));
      holds(
        first.every((answer, at) => answer === again.at(-1 - at)),
        "the same question had two answers",
      );
    },
  },
  {
    promise: "more work on more blocks never loses",
    run: (choice) =>
      pairs.forEach(([one, other]) => {
        if (one.work > other.work && one.height > other.height)
          holds(choice.compare(one, other) > 0, "the cheaper, shorter one won");
      }),
  },
  {
    promise: "of equal work and height the lower id wins, as everywhere",
    run: (choice) =>
      pairs.forEach(([one, other]) => {
        if (one.work !== other.work || one.height !== other.height || one.id >= other.id) return;
        holds(choice.compare(one, other) > 0, "the higher id won");
      }),
  },
]);

/**
 * Registers a test for every promise of `ForkChoice`.
 *
 * ```ts
 * import { forkChoiceConformance } from "@swarm-space/chain-sync/conformance";
 * import { longestValid } from "@swarm-space/chain-sync";
 * import { describe, it } from "vitest";
 *
 * forkChoiceConformance({ runner: { describe, it }, create: () => longestValid });
 * ```
 */
export function forkChoiceConformance(o: ConformanceOptions<ForkChoice>): void {
  registerSuite("fork choice conformance", forkChoiceChecks, o);
}
