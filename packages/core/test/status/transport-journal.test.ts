import { expect, test } from "vitest";
import { TransportJournal } from "../../src/status/transport-journal.ts";
import { HandClock } from "../hand-clock.ts";

test("what was refused is counted by code; whoever makes up codes makes no more room than for 64", () => {
  const journal = new TransportJournal(new HandClock());
  for (const code of ["LEGACY_PEER", "SEAL_BROKEN", "LEGACY_PEER"]) journal.reject("gun", code);
  const before = journal.figures("gun").rejected;
  expect(before).toEqual(
    new Map([
      ["LEGACY_PEER", 2],
      ["SEAL_BROKEN", 1],
    ]),
  );
  for (let at = 0; at < 1_000; at += 1) journal.reject("gun", `MADE_UP_${at}`);
  journal.reject("gun", "LEGACY_PEER");
  const { rejected } = journal.figures("gun");
  expect([rejected.size, rejected.get("LEGACY_PEER"), before.size]).toEqual([64, 3, 2]);
  expect(journal.figures("peerjs").rejected.size).toBe(0);
});
