import { expect, test } from "vitest";
import { countBins, drawTrace } from "../picture-svg.ts";
import { parseLog, recoveredMs, tally } from "../tally.ts";

const letter = (from: string, number: number, sentAt = 0, at = 1) => ({ from, number, sentAt, at });
const a = { id: "A", name: "a", sent: [1, 2, 3].map((number) => ({ to: "B", number })), received: [letter("B", 1)] };
const b = {
  id: "B",
  name: "b",
  sent: [{ to: "A", number: 1 }],
  received: [1, 2, 3].map((number) => letter("A", number)),
};

test("all that was sent has arrived, once", () => {
  expect(tally([a, b])).toMatchObject({ sent: 4, delivered: 4, lost: 0, duplicated: 0, foreign: 0 });
});

test.each([
  ["lost", [1, 3], { delivered: 3, lost: 1, duplicated: 0, foreign: 0 }],
  ["doubled", [1, 2, 2, 3], { delivered: 4, lost: 0, duplicated: 1, foreign: 0 }],
  ["never sent", [1, 2, 3, 4], { delivered: 4, lost: 0, duplicated: 0, foreign: 1 }],
  ["lost and doubled: the sums are the same, the letters are not", [1, 1, 3], { delivered: 3, lost: 1, duplicated: 1 }],
])("a letter %s is counted", (_, numbers, counts) => {
  expect(tally([a, { ...b, received: numbers.map((number) => letter("A", number)) }])).toMatchObject(counts);
});

test("a stranger's letter is counted", () => {
  expect(tally([a, { ...b, received: [...b.received, letter("X", 1)] }])).toMatchObject({ lost: 0, foreign: 1 });
});

test("a log line that is cut off does not count", () => {
  expect(parseLog('{"number":1}\n{"num')).toEqual([{ number: 1 }]);
  expect(parseLog("")).toEqual([]);
});

test("recovery ends with the last letter that was written before the relay was back", () => {
  const waited = [letter("A", 1, 50, 60), letter("A", 2, 90, 180), letter("A", 3, 110, 400)];
  expect(recoveredMs([a, { ...b, received: waited }], 100)).toBe(80);
});

test("the picture shows each quarter of a second, and the outage", () => {
  expect(countBins([0, 249, 250, 999, 5_000], 0, 1_000)).toEqual([2, 1, 0, 2]);
  const figures = { sent: 5, delivered: 5, lost: 0, duplicated: 0, breakersOpened: 1, recoveredMs: 9 };
  const times = { talkAt: 0, killedAt: 300, backAt: 700, endedAt: 1_000, breakers: [500] };
  const svg = drawTrace({ ...times, deliveries: [0, 10, 800], figures });
  expect(svg).toMatch(/^<svg [\s\S]*no relay: letters wait[\s\S]*<\/svg>\n$/);
  expect(svg.match(/<rect /g)).toHaveLength(4);
  expect(svg).not.toMatch(/NaN|undefined/);
});
