import type { EventName } from "@swarm-space/core";
import { expect, expectTypeOf, test } from "vitest";
import { toldEvents } from "../src/told-events.ts";

test("--json tells every event, once", () => {
  expectTypeOf<Exclude<EventName, (typeof toldEvents)[number]>>().toEqualTypeOf<"swarm:start" | "swarm:stop">();
  expect(new Set(toldEvents).size).toBe(toldEvents.length);
});
