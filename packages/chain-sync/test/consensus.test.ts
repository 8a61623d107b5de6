import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkHeaderAlone, checkHeaderInPlace } from "../src/chain/header-checks.ts";
import { compactDifficulty, expandDifficulty, targetOf } from "../src/consensus/difficulty.ts";
import { longestValid } from "../src/consensus/longest-valid.ts";
import { nextDifficulty } from "../src/consensus/lwma.ts";
import { isEquivocation } from "../src/consensus/poa-round-robin.ts";
import { blockIdOf } from "../src/hashing/ids.ts";
import type { Ancestor, ForkChoice, Header } from "../src/model/index.ts";
import { Branch, personOf, playRules, toolsOf, verifier } from "./support/chain-play.ts";

const blockTimeMs = 30_000;

/** A chain of headers by solve times alone, each with the difficulty that its ancestors demand. */
function chainOf(solveTimes: readonly number[], least = 1_000n): Ancestor {
  const difficulty = compactDifficulty(least);
  return follow({ id: "0", height: 0, time: 0, difficulty, work: 0n, parent: undefined }, solveTimes, least);
}
function follow(from: Ancestor, solveTimes: readonly number[], least: bigint): Ancestor {
  return solveTimes.reduce((tip, solve) => next(tip, solve, least), from);
}
function next(parent: Ancestor, solve: number, least: bigint): Ancestor {
  const difficulty = compactDifficulty(nextDifficulty(parent, { blockTimeMs, window: 60, least }));
  const work = parent.work + (expandDifficulty(difficulty) ?? 0n);
  return { id: "0", height: parent.height + 1, time: parent.time + solve, difficulty, work, parent };
}
/** Blocks of a network that tries so many hashes: `aheadMs` is by how much the time that a header says is ahead of the truth. */
function mine(from: Ancestor, count: number, hashesPerMs: number, aheadMs: (at: number) => number = () => 0) {
  let [tip, now] = [from, from.time];
  for (let at = 0; at < count; at += 1) {
    now += Number(nextDifficulty(tip, { blockTimeMs, window: 60, least: 100n })) / hashesPerMs;
    tip = next(tip, Math.round(now + aheadMs(at) - tip.time), 100n);
  }
  return { tip, spentMs: now - from.time };
}
const times = (count: number, solve: number): readonly number[] => new Array<number>(count).fill(solve);
const worth = (tip: Ancestor) => Number(expandDifficulty(tip.difficulty) ?? 0n);

describe("retarget", () => {
  test("blocks on schedule keep the difficulty", () => {
    const tip = chainOf(times(200, blockTimeMs), 1_000_000n);
    expect(worth(tip)).toBeGreaterThan(985_000);
    expect(worth(tip)).toBeLessThanOrEqual(1_017_000);
  });

  test.each([4, 0.5])("hash power %f times as large is met within three windows", (factor) => {
    const hashesPerMs = 100;
    const { tip: settled } = mine(chainOf([blockTimeMs], 100n), 600, hashesPerMs);
    expect(worth(settled) / (hashesPerMs * blockTimeMs)).toBeCloseTo(1, 1);
    const { tip: changed } = mine(settled, 180, hashesPerMs * factor);
    expect(worth(changed) / (hashesPerMs * factor * blockTimeMs)).toBeCloseTo(1, 1);
  });

  test("a month of silence is one slow block: the next ones are not free", () => {
    const busy = chainOf(times(300, 10_000), 1_000n);
    const month = 30 * 24 * 3_600_000;
    const awake = next(next(busy, month, 1_000n), blockTimeMs, 1_000n);
    expect(worth(awake)).toBeGreaterThan(worth(busy) * 0.7);
    // Nor those after them, while the month is still among the times that are weighed.
    const steady = follow(chainOf(times(1, blockTimeMs), 1_000_000n), times(100, blockTimeMs), 1_000n);
    let tip = next(steady, month, 1_000n);
    for (let at = 0; at < 60; at += 1) {
      tip = next(tip, blockTimeMs, 1_000n);
      expect(worth(tip)).toBeGreaterThan(worth(steady) * 0.7);
    }
  });

  test("false clocks gain nothing: forward and back again is no cheaper than the truth", () => {
    // Far above the least difficulty, which would hide what the lies gain.
    const { tip: settled } = mine(chainOf([blockTimeMs], 100n), 600, 100);
    const honest = mine(settled, 200, 100);
    const liars = mine(settled, 200, 100, (at) => (at % 2 === 0 ? 4 * blockTimeMs : 0));
    expect(liars.tip.time).toBeLessThan(liars.tip.parent?.time ?? 0);
    expect(liars.spentMs).toBeGreaterThanOrEqual(honest.spentMs * 0.9);
  });

  test("many blocks of one moment raise the difficulty step by step, and divide nothing by nothing", () => {
    const tip = chainOf([blockTimeMs, 0, 0, 0, 0], 1_000n);
    expect(worth(tip)).toBeGreaterThan(2_000);
    expect(worth(tip)).toBeLessThanOrEqual(3_200);
  });

  test("any times: never below the least, never further than one step permits", () => {
    const solves = fc.array(fc.integer({ min: -200_000, max: 2_000_000 }), { minLength: 1, maxLength: 90 });
    const { consensus } = playRules({ leastDifficulty: 500 });
    fc.assert(
      fc.property(solves, (all) => {
        const tip = chainOf(all, 500n);
        expect(worth(tip)).toBeGreaterThanOrEqual(500);
        for (let at = tip; at.parent && at.parent.height > 0; at = at.parent) {
          expect(consensus.permitsTransition(at.parent.difficulty, at.difficulty)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
    expect(consensus.permitsTransition(compactDifficulty(1_000n), compactDifficulty(740n))).toBe(false);
    expect(consensus.permitsTransition(compactDifficulty(1_000n), compactDifficulty(1_340n))).toBe(false);
    expect(consensus.permitsTransition(compactDifficulty(500n), compactDifficulty(499n))).toBe(false);
  });
});

describe("pow-sha256", () => {
  const rules = playRules({ leastDifficulty: 300 });
  const anna = personOf(1);

  test("finds a nonce that everybody can check, and stops when it is told to", async () => {
    const block = await new Branch(rules).grow(anna);
    expect(BigInt(`0x${block.id}`) <= targetOf(300n)).toBe(true);
    expect(checkHeaderAlone(rules, block.sealed, block.id)).toEqual({ ok: true });
    const aborted = AbortSignal.abort(new Error("enough"));
    const hard = { ...block.sealed.header, difficulty: 0xe7ffffff };
    await expect(rules.consensus.seal(hard, { ...toolsOf(anna), signal: aborted })).rejects.toThrow("enough");
    const late = new AbortController();
    const pause = async () => late.abort(new Error("later"));
    await expect(rules.consensus.seal(hard, { ...toolsOf(anna), signal: late.signal, pause })).rejects.toThrow("later");
  });

  test.each<[string, string, Partial<Header>]>([
    ["HEADER_WORK", "no work", { nonce: 1n }],
    ["HEADER_DIFFICULTY", "below the least", { difficulty: 299 }],
    ["HEADER_DIFFICULTY", "a difficulty in another form", { difficulty: 0x01000001 }],
    ["HEADER_VERSION", "a new version", { version: 2 }],
    ["HEADER_CHAIN", "another chain", { chainId: "00".repeat(32) }],
    ["HEADER_HEIGHT", "a second genesis", { height: 0 }],
    ["HEADER_LIMIT", "too many transactions", { transactionCount: 4_001 }],
    ["HEADER_LIMIT", "too large a body", { bodyBytes: 1_048_577 }],
  ])("%s: %s", async (code, _what, changed) => {
    const block = await new Branch(rules).grow(anna);
    const header = { ...block.sealed.header, ...changed };
    const verdict = checkHeaderAlone(rules, { ...block.sealed, header }, blockIdOf(header));
    expect(verdict).toMatchObject({ ok: false, code, class: "invalid", score: 100, blames: "id" });
  });

  test("a seal condemns the copy, never the id", async () => {
    const block = await new Branch(rules).grow(anna);
    const sealed = { ...block.sealed, seal: new Uint8Array(64).fill(1) };
    expect(checkHeaderAlone(rules, sealed, block.id)).toMatchObject({
      code: "HEADER_SEAL",
      blames: "copy",
      score: 100,
    });
  });

  test.each<[string, string, (header: Header) => Partial<Header>]>([
    ["HEADER_DIFFICULTY", "a difficulty of its own", ({ difficulty }) => ({ difficulty: difficulty + 1 })],
    ["HEADER_HEIGHT", "a height left out", ({ height }) => ({ height: height + 1 })],
    ["HEADER_TIME", "a time at the median", () => ({ time: 0 })],
  ])("%s in its place: %s", async (code, _what, change) => {
    const branch = new Branch(rules);
    for (let at = 0; at < 12; at += 1) await branch.grow(anna);
    const parent = branch.tip;
    const block = await branch.grow(anna);
    const now = block.sealed.header.time;
    expect(checkHeaderInPlace(rules, block.sealed, parent, now)).toEqual({ ok: true });
    const median = parent.parent?.parent?.parent?.parent?.parent?.time;
    const header = { ...block.sealed.header, ...change(block.sealed.header) };
    if (code === "HEADER_TIME") Object.assign(header, { time: median });
    expect(checkHeaderInPlace(rules, { ...block.sealed, header }, parent, now)).toMatchObject({ code, score: 100 });
  });

  test("two minutes ahead is not yet, and nobody's fault", async () => {
    const block = await new Branch(rules).grow(anna);
    const { genesis } = rules;
    const parent = { ...genesis.block.sealed.header, id: genesis.block.id, work: 0n, parent: undefined };
    const now = block.sealed.header.time - 120_000;
    expect(checkHeaderInPlace(rules, block.sealed, parent, now)).toEqual({ ok: true });
    expect(checkHeaderInPlace(rules, block.sealed, parent, now - 1)).toMatchObject({
      class: "future",
      score: 0,
      blames: "copy",
    });
  });
});

describe("poa-round-robin", () => {
  const [anna, berta, carla] = [personOf(1), personOf(2), personOf(3)];
  const rules = playRules({ consensus: "poa-round-robin", producers: [anna.account, berta.account] });
  const { genesisTime } = rules.parameters;

  test("producers take turns, one block a slot", async () => {
    const branch = new Branch(rules);
    const { tip } = branch;
    expect(rules.consensus.turn(tip, anna.account, genesisTime)).toMatchObject({ ok: true, time: genesisTime + 1 });
    expect(rules.consensus.turn(tip, berta.account, genesisTime)).toEqual({
      ok: false,
      retryAt: genesisTime + blockTimeMs,
    });
    expect(rules.consensus.turn(tip, carla.account, genesisTime)).toEqual({ ok: false, retryAt: undefined });
    await branch.grow(anna, [], 1_000);
    expect(rules.consensus.turn(branch.tip, anna.account, genesisTime + 2_000)).toEqual({
      ok: false,
      retryAt: genesisTime + 2 * blockTimeMs,
    });
    const block = await branch.grow(berta, [], blockTimeMs);
    const claim = rules.consensus.sealClaim(block.sealed, block.id);
    expect(await verifier.verifyBatch(claim ? [claim] : [])).toEqual([true]);
    const forged = rules.consensus.sealClaim({ ...block.sealed, seal: new Uint8Array(64) }, block.id);
    expect(await verifier.verifyBatch(forged ? [forged] : [])).toEqual([false]);
  });

  test.each<[string, Partial<Header>]>([
    ["HEADER_PRODUCER", { producer: berta.account }],
    ["HEADER_PRODUCER", { time: genesisTime + blockTimeMs }],
    ["HEADER_DIFFICULTY", { difficulty: 2 }],
    ["HEADER_WORK", { nonce: 1n }],
  ])("%s: %o", async (code, changed) => {
    const block = await new Branch(rules).grow(anna, [], 1_000);
    const header = { ...block.sealed.header, ...changed };
    expect(checkHeaderAlone(rules, { ...block.sealed, header }, blockIdOf(header))).toMatchObject({ code, score: 100 });
  });

  test("a second block of one slot does not follow, and two are proof against their producer", async () => {
    const branch = new Branch(rules);
    const block = await branch.grow(anna, [], 1_000);
    const again = { ...block.sealed.header, height: 2, parent: block.id, time: block.sealed.header.time + 5 };
    const verdict = checkHeaderInPlace(rules, { ...block.sealed, header: again }, branch.tip, again.time);
    expect(verdict).toMatchObject({ code: "HEADER_PRODUCER" });
    const other = await new Branch(rules).grow(anna, [], 2_000);
    expect(isEquivocation(block.sealed, other.sealed, rules.parameters)).toBe(true);
    expect(isEquivocation(block.sealed, block.sealed, rules.parameters)).toBe(false);
  });

  test("needs producers, each once, each a sound key", () => {
    const refused = expect.objectContaining({ code: "CHAIN_PARAMETERS_INVALID" });
    for (const producers of [[], [anna.account, anna.account], ["00".repeat(32)], ["ff".repeat(32)]]) {
      expect(() => playRules({ consensus: "poa-round-robin", producers })).toThrow(refused);
    }
  });
});

describe("the backfill attack", () => {
  const heightAlone: ForkChoice = { id: "by-height", compare: (one, other) => (one.height > other.height ? 1 : -1) };
  test("thousands of cheap blocks on schedule since the genesis time win by height, and lose by work to a young honest chain", () => {
    const least = 1_000n;
    const age = 3_000 * blockTimeMs;
    // Began yesterday, so to speak: few blocks, at first too fast for the least difficulty.
    const honest = chainOf([age, ...times(59, 3_000), ...times(150, 6_000)], least);
    const backfilled = chainOf(times(3_000, blockTimeMs), least);
    expect(backfilled.height).toBeGreaterThan(honest.height * 10);
    expect(worth(backfilled)).toBeLessThan(1_020);
    expect(heightAlone.compare(backfilled, honest)).toBe(1);
    expect(longestValid.compare(backfilled, honest)).toBe(-1);
    expect(longestValid.compare(honest, backfilled)).toBe(1);
  });
});
