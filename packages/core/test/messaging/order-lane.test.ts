import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderLane, orderWindow } from "../../src/messaging/order-lane.ts";

type Act = { readonly kind: "enter" | "accept" | "rewind" | "settle"; readonly pick: number };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({ kind: fc.constantFrom("enter", "enter", "accept", "rewind", "settle"), pick: fc.nat(5_000) }),
  { maxLength: 4_000 },
);

test("base, window and idleness are those of a plain model, however long it runs", () => {
  fc.assert(
    fc.property(acts, fc.integer({ min: 1, max: 1_000 }), (list, first) => {
      const lane = new OrderLane(first);
      const model = new Map<number, "out" | "accepted" | "settled">();
      for (const { kind, pick } of list) {
        const places = [...model.keys()];
        const place = places[pick % Math.max(1, places.length)] ?? first;
        if (kind === "enter") model.set(lane.enter(), "out");
        if (kind === "accept" && model.get(place) === "out") model.set(place, "accepted");
        if (kind === "rewind" && model.get(place) === "accepted") model.set(place, "out");
        if (kind === "settle" && model.has(place)) model.set(place, "settled");
        if (kind !== "enter") lane[kind](place);
      }
      const next = first + model.size;
      const where = (wanted: (state: string) => boolean) => [...model].find(([, state]) => wanted(state))?.[0] ?? next;
      expect(lane.next).toBe(next);
      expect(lane.base).toBe(where((state) => state !== "settled"));
      expect(lane.idle).toBe(lane.base === next);
      const lowestOut = where((state) => state === "out");
      expect(lane.allows(lowestOut + orderWindow - 1)).toBe(true);
      expect(lane.allows(lowestOut + orderWindow)).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("ten thousand places entered and settled in turn leave a small lane", () => {
  const lane = new OrderLane();
  for (let n = 1; n <= 10_000; n++) {
    const place = lane.enter();
    lane.accept(place);
    lane.settle(place);
  }
  expect(lane).toMatchObject({ next: 10_001, base: 10_001, idle: true });
});
