import { systemClock } from "@swarm-space/core";
import { idbStore } from "@swarm-space/store-idb";
import { expect, it } from "vitest";
import { takeName } from "../src/name-lock.ts";
import { freshName, signal } from "./support/database.ts";
import { handClock } from "./support/hand-clock.ts";

const stores = (name: string) =>
  [1, 2].map(() => idbStore({ name, alone: true, blockedTimeoutMs: 5_000 }, { clock: systemClock() }));

it("a database is one node's at a time; it is free again when that one closes", async () => {
  const [one, two] = stores(freshName());
  await one?.open({ signal });
  const second = two?.open({ signal });
  await one?.close();
  await second;
  await two?.close();
});

it("who waits in vain is told STORE_LOCKED and holds nothing afterwards", async () => {
  const name = freshName();
  const clock = handClock();
  const release = await takeName({ name, clock: systemClock(), timeoutMs: 5_000 }, { signal });
  const waiting = takeName({ name, clock, timeoutMs: 5_000 }, { signal });
  const refused = expect(waiting).rejects.toMatchObject({ code: "STORE_LOCKED", cure: expect.stringContaining("tab") });
  clock.move(5_000);
  await refused;
  expect(clock.pending).toBe(0);
  release();
  (await takeName({ name, clock, timeoutMs: 5_000 }, { signal }))();
  expect(clock.pending).toBe(0);
});

it("called off: the signal's reason; a platform without locks gives it to everybody", async () => {
  const name = freshName();
  const clock = handClock();
  const abort = new AbortController();
  const release = await takeName({ name, clock, timeoutMs: 5_000 }, { signal });
  const waiting = takeName({ name, clock, timeoutMs: 5_000 }, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  (await takeName({ name, clock, timeoutMs: 5_000, locks: undefined }, { signal }))();
  release();
});
