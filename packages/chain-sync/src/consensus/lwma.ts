import type { Ancestor } from "../model/consensus.ts";
import { expandDifficulty } from "./difficulty.ts";

export interface Retarget {
  readonly blockTimeMs: number;
  /** Solve times that are weighed. */
  readonly window: number;
  readonly least: bigint;
}

/** A solve time counts at most so many times the aim: a pause of the whole network is one slow block, not a collapse. */
const mostPerBlock = 6;

/**
 * The difficulty of the block after `parent`: linearly weighted moving average of the last solve times (zawy12's LWMA-1), the
 * newest weighing most. It was preferred to an absolute schedule (ASERT) because a network of applications sleeps: after a
 * month of silence a schedule would hand out a month of blocks at the least difficulty.
 * The gap between genesis and first block is not a solve time.
 */
export function nextDifficulty(parent: Ancestor, { blockTimeMs, window, least }: Retarget): bigint {
  const present = expandDifficulty(parent.difficulty) ?? least;
  const count = Math.min(window, parent.height - 1);
  if (count < 1) return present;
  const times = new Array<number>(count + 1);
  let oldest = parent;
  times[count] = parent.time;
  for (let at = count - 1; at >= 0 && oldest.parent !== undefined; at -= 1) {
    oldest = oldest.parent;
    times[at] = oldest.time;
  }
  const weighed = weighSolveTimes(times, blockTimeMs * mostPerBlock);
  const work = parent.work - oldest.work;
  const wanted = (work * BigInt(blockTimeMs) * BigInt(count + 1)) / (2n * BigInt(weighed));
  const { lower, upper } = permittedRange(present);
  const clamped = wanted < lower ? lower : wanted > upper ? upper : wanted;
  return clamped < least ? least : clamped;
}

/** Σ i · time of the i-th solution. Times that run backwards count as one millisecond: nobody gains by false clocks. */
function weighSolveTimes(times: readonly number[], most: number): number {
  let before = times[0] ?? 0;
  let sum = 0;
  for (let at = 1; at < times.length; at += 1) {
    const time = Math.max(times[at] ?? 0, before + 1);
    sum += at * Math.min(time - before, most);
    before = time;
  }
  return sum;
}

/** How far one block may move the difficulty: three quarters to four thirds. Checked without ancestors, too. */
export function permittedRange(difficulty: bigint): { readonly lower: bigint; readonly upper: bigint } {
  return { lower: (difficulty * 3n) / 4n, upper: (difficulty * 4n) / 3n + 1n };
}
