import type {} from "@swarm-space/chain-sync";
import type { EventName } from "@swarm-space/core";
import { expect, expectTypeOf, test } from "vitest";
import { jsonLine } from "../src/json-line.ts";
import { toldEvents } from "../src/told-events.ts";

test("--json tells every event of the kernel and of the chain, once", () => {
  expectTypeOf<Exclude<EventName, (typeof toldEvents)[number]>>().toEqualTypeOf<"swarm:start" | "swarm:stop">();
  expect(new Set(toldEvents).size).toBe(toldEvents.length);
});

test("bytes and big numbers have a form in JSON", () => {
  const transaction = { nonce: 2n ** 63n, payload: Uint8Array.of(0, 171) };
  expect(JSON.parse(jsonLine("tx:accepted", { transaction }))).toEqual({
    event: "tx:accepted",
    transaction: { nonce: "9223372036854775808", payload: "00ab" },
  });
});
