import * as fc from "fast-check";
import { expect, test } from "vitest";
import { clientLimits, createGuard, relayLimits } from "../src/index.ts";
import { holdsPrototypeName, honestFrames, hostileFrames } from "./hostile-frames.ts";

const guard = createGuard(relayLimits);
const now = Date.now();

test.each(hostileFrames)("refused: %s", (_what, frame) => {
  const { accepted, rejected } = guard(frame, now);
  expect(accepted).toEqual([]);
  expect(rejected.length).toBeGreaterThan(0);
});

test.each(honestFrames)("accepted: %s", (frame) => {
  const { accepted, rejected } = guard(frame, now);
  expect(rejected).toEqual([]);
  expect(accepted).toHaveLength(frame.startsWith("[") ? JSON.parse(frame).length : 1);
});

test("who else was told is taken out, and a bad message does not take its neighbours with it", () => {
  const { accepted } = guard(
    '[{"#":"honest001","><":"a,b","get":{"#":"soul"}},{"dam":"!"},{"#":"honest002","dam":"hi"}]',
    now,
  );
  expect(accepted).toEqual([
    { "#": "honest001", get: { "#": "soul" } },
    { "#": "honest002", dam: "hi" },
  ]);
});

test("a client takes what a relay answers in one frame of up to 1 MiB, and no more", () => {
  const frame = (count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, index) => node(`honest${index}`, "x".repeat(30_000))));
  expect(createGuard(clientLimits)(frame(30), now).accepted).toHaveLength(30);
  expect(createGuard(clientLimits)(frame(40), now).rejected[0]?.code).toBe("SIZE");
  expect(guard(frame(30), now).rejected[0]?.code).toBe("SIZE");
});

function node(id: string, value: string): unknown {
  return { "#": id, put: { soul: { _: { "#": "soul", ">": { key: 1 } }, key: value } } };
}

const name = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype), "_", "#", "soul", "in", "put"),
);
const value = fc.oneof(fc.string(), fc.constant(null), fc.double(), fc.boolean(), fc.array(fc.integer()), fc.object());
const entry: fc.Arbitrary<unknown> = fc.record(
  {
    "#": fc.oneof(name, value),
    "##": value,
    "@": fc.oneof(name, value),
    "><": value,
    "%": name,
    ok: value,
    err: value,
    dam: name,
    pid: name,
    get: fc.oneof(value, fc.record({ "#": name, ".": name }, { requiredKeys: [] })),
    put: fc.oneof(
      value,
      fc.dictionary(
        name,
        fc.record({
          _: fc.record({ "#": name, ">": fc.dictionary(name, fc.double()) }, { requiredKeys: [] }),
          key: value,
        }),
      ),
    ),
  },
  { requiredKeys: [] },
);

test("any value at all gives messages or rejections, and no accepted message names a prototype's member", () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const input = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.json(),
    entry.map((one) => JSON.stringify(one)),
    fc.array(entry).map((list) => JSON.stringify(list)),
  );
  fc.assert(
    fc.property(input, (text) => {
      const { accepted, rejected } = guard(text, now);
      expect(accepted.some(holdsPrototypeName)).toBe(false);
      if (typeof text !== "string") expect(rejected).toHaveLength(1);
      for (const message of accepted) expect(guard(JSON.stringify(message), now).accepted).toEqual([message]);
    }),
    { numRuns: 3_000 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});
