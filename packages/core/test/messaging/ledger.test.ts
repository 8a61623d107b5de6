import { expect, test } from "vitest";
import { forgetfulSeen } from "../../src/messaging/journal/seen-journal.ts";
import { Ledger } from "../../src/messaging/ledger.ts";
import { HandClock } from "../hand-clock.ts";

test("newcomers push out who is silent, not who writes", () => {
  const ledger = new Ledger(4, forgetfulSeen(), new HandClock());
  const busy = ledger.window("busy", "1.a");
  const silent = ledger.window("silent", "1.a");
  for (let n = 0; n < 10; n++) {
    ledger.advance("busy", "1.a", busy, n + 2);
    ledger.window(`newcomer ${n}`, "1.a");
  }
  expect(ledger.window("busy", "1.a")).toBe(busy);
  expect(ledger.window("silent", "1.a")).not.toBe(silent);
  expect(ledger.peers).toBe(4);
});
