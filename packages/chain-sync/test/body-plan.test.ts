import fc from "fast-check";
import { expect, test } from "vitest";
import { refuse } from "../src/model/index.ts";
import { BodyPlan } from "../src/sync/body-plan.ts";
import { PeerScores } from "../src/sync/peer-scores.ts";
import { syncLimits } from "../src/sync/sync-limits.ts";

const wanted = Array.from({ length: 300 }, (_, at) => ({ id: `b${at}`, height: at }));
const everything = (peer: string) => ({ peer, has: () => true });

test("no body is under way twice, no peer owes more than sixteen, and all are asked for in the end", () => {
  const step = fc.record({ peer: fc.nat(4), answers: fc.boolean(), waitMs: fc.nat(3_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const plan = new BodyPlan();
      const owed = new Map<string, Set<string>>();
      const here = new Set<string>();
      let now = 0;
      const suppliers = ["p0", "p1", "p2", "p3", "p4"].map(everything);
      const ask = () => {
        for (const { peer, ids } of plan.next(
          wanted.filter(({ id }) => !here.has(id)),
          suppliers,
          now,
        )) {
          const debt = owed.get(peer) ?? new Set();
          owed.set(peer, debt);
          for (const id of ids) {
            expect([...owed.values()].some((each) => each.has(id))).toBe(false);
            debt.add(id);
          }
          expect(debt.size).toBeLessThanOrEqual(syncLimits.bodiesInFlight);
        }
        expect(plan.inFlight).toBeLessThanOrEqual(syncLimits.bodiesInFlightOfAll);
      };
      const settle = (peer: string, isHere: boolean) => {
        for (const id of plan.settle(peer, [...(owed.get(peer) ?? [])])) if (isHere) here.add(id);
        owed.delete(peer);
      };
      for (const { peer, answers, waitMs } of steps) {
        ask();
        now += waitMs;
        const lowest = wanted.find(({ id }) => !here.has(id))?.id;
        const late = plan.stalled(lowest, now);
        if (late !== undefined) owed.delete(late);
        settle(`p${peer}`, answers);
      }
      for (let round = 0; round < 100 && here.size < wanted.length; round += 1) {
        now += syncLimits.bodiesTimeoutMs;
        ask();
        for (const { peer } of suppliers) settle(peer, true);
      }
      expect(here.size).toBe(wanted.length);
    }),
    { numRuns: 100 },
  );
});

test("p2p_ibd_stalling: patience doubles with each stall, from 2 s to 64 s", () => {
  const plan = new BodyPlan();
  const waits: number[] = [];
  let now = 0;
  for (let at = 0; at < 8; at += 1) {
    plan.next(wanted.slice(0, 1), [everything(`p${at}`)], now);
    const due = plan.wakeAt("b0", 0) ?? expect.fail("nothing is under way");
    expect(plan.stalled("b0", due - 1)).toBeUndefined();
    expect(plan.stalled("b0", due)).toBe(`p${at}`);
    waits.push(due - now);
    now = due;
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 64_000, 64_000]);
});

test("a body that came keeps nobody waiting, however long its check takes, and its double is none", () => {
  const plan = new BodyPlan();
  const [one, other] = [everything("one"), everything("other")];
  plan.next(wanted.slice(0, 2), [one], 0);
  expect(plan.stalled("b0", 2_000)).toBe("one");
  plan.next(wanted.slice(0, 2), [other], 2_000);
  expect(plan.land("one", "b0")).toBe(true);
  expect(plan.wakeAt("b0", 0)).toBeUndefined();
  expect(plan.stalled("b0", 60_000)).toBeUndefined();
  expect(plan.land("other", "b0")).toBe(false);
  expect(plan.land("one", "b0")).toBe(false);
  plan.drop("one");
  expect(plan.next(wanted.slice(0, 2), [one, other], 60_000)).toEqual([]);
  expect(plan.settle("other", ["b0", "b1"])).toEqual(["b1"]);
  expect(plan.settle("one", ["b0"])).toEqual(["b0"]);
  expect(plan.inFlight).toBe(0);
});

test("points fade, a full measure bans for a day, and only a lie ever counts", () => {
  const scores = new PeerScores();
  for (const code of ["HEADER_ORPHAN", "HEADER_FUTURE", "TRANSACTION_BALANCE", "INTERNAL", "WRONG_CHAIN"] as const)
    for (let at = 0; at < 1_000; at += 1) expect(scores.chargeRefusal("a", refuse(code), at)).toBe(false);
  expect(scores.points("a", 1_000)).toBe(0);
  expect(scores.charge("a", 80, 0)).toBe(false);
  expect(scores.points("a", 600_000)).toBe(40);
  expect(scores.chargeRefusal("a", refuse("MALFORMED"), 600_000)).toBe(true);
  expect(scores.isBanned("a", 600_000 + 86_399_999)).toBe(true);
  expect(scores.isBanned("a", 600_000 + 86_400_000)).toBe(false);
});

test("who kept all waiting, or did not serve, is not asked again for fifteen seconds", () => {
  const plan = new BodyPlan();
  const [one, other] = [everything("one"), everything("other")];
  plan.next(wanted.slice(0, 1), [one], 0);
  expect(plan.stalled("b0", 2_000)).toBe("one");
  expect(plan.next(wanted.slice(0, 1), [one], 2_001)).toEqual([]);
  expect(plan.next(wanted.slice(0, 1), [one, other], 2_002)).toEqual([{ peer: "other", ids: ["b0"] }]);
  plan.settle("other", ["b0"]);
  plan.rest("other", 2_003);
  expect(plan.next(wanted.slice(0, 1), [one, other], 17_001)).toEqual([{ peer: "one", ids: ["b0"] }]);
});

test("who gave what it owed, though late, is asked on where nobody else has it; others first. When somebody has rested is known", () => {
  const plan = new BodyPlan();
  const [one, other] = [everything("one"), everything("other")];
  plan.next(wanted.slice(0, 1), [one], 0);
  expect(plan.stalled("b0", 2_000)).toBe("one");
  expect(plan.wakeAt("b0", 2_000)).toBe(17_000);
  expect(plan.land("one", "b0")).toBe(true);
  plan.prosper("one");
  plan.settle("one", ["b0"]);
  expect(plan.next(wanted.slice(1, 2), [one, other], 2_100)).toEqual([{ peer: "other", ids: ["b1"] }]);
  expect(plan.next(wanted.slice(1, 3), [one], 2_200)).toEqual([{ peer: "one", ids: ["b2"] }]);
  const many = Array.from({ length: 20 }, (_, at) => ({ id: `c${at}`, height: 100 + at }));
  const asked = new BodyPlan();
  asked.rest("one", 0);
  asked.prosper("one");
  expect(
    asked.next(many, [one, other], 1).map(({ peer, ids }) => [peer, ids.length]),
    "others, also while they are busy",
  ).toEqual([["other", 16]]);
  plan.rest("one", 2_300);
  expect(plan.next(wanted.slice(3, 4), [one], 2_400)).toEqual([]);
  expect(plan.wakeAt("b3", 2_400)).toBe(17_300);
  expect(plan.wakeAt("b3", 17_300), "and never again for what is over").toBeUndefined();
});
