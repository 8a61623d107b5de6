import type { ChainNews, StateNews, SyncNews } from "@swarm-space/chain-sync";
import type { EventName } from "@swarm-space/core";
import { expect, expectTypeOf, test } from "vitest";
import { toldEvents } from "../src/told-events.ts";

type ChainEvent = keyof (ChainNews & StateNews & SyncNews);

test("--json tells every event of the kernel, once", () => {
  expectTypeOf<Exclude<EventName, (typeof toldEvents)[number] | ChainEvent>>().toEqualTypeOf<
    "swarm:start" | "swarm:stop"
  >();
  expect(new Set(toldEvents).size).toBe(toldEvents.length);
});
