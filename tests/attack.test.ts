import { test } from "vitest";
import { nameRows } from "../attack/names/rows.mjs";
import { type AttackRow, relayRows } from "../attack/relay/rows.mjs";

/** `npm run attack` in small: fewer bytes of each message, one replay. */
const small = {
  progress: () => {},
  slots: 4,
  stride: 60,
  repeats: 2,
  dials: 4,
  letterMs: 600,
  times: 1,
  claims: 4,
  guests: 2,
};

// Each has processes of its own, which mostly wait: together they take a third of the time.

/** Rows that do not hold, by name. */
const failed = (rows: readonly AttackRow[]) => rows.filter(({ holds }) => !holds);
const figureOf = (rows: readonly AttackRow[], name: string) => rows.find((row) => row.name === name)?.value;

test.concurrent("a hostile relay alters, repeats, reflects and stands between: nothing of it is taken", {
  timeout: 60_000,
}, async ({ expect }) => {
  const rows = await relayRows({ ...small, only: ["frames"] });
  expect(failed(rows)).toEqual([]);
  for (const name of ["altered", "repeated", "reflected", "swappedKey"]) expect(figureOf(rows, name)).toBe(0);
  expect(figureOf(rows, "swappedKey unnamed")).toBeGreaterThan(0);
});

test.concurrent("what was captured is worth nothing again, nobody is taken for another, and the relay has read no word", {
  timeout: 60_000,
}, async ({ expect }) => {
  const rows = await relayRows({ ...small, only: ["sessions"] });
  expect(failed(rows)).toEqual([]);
  for (const name of ["replayed", "replayedAfterRestart", "altered letters", "spoofed"])
    expect(figureOf(rows, name)).toBe(0);
  for (const name of ["plaintext", "channel", "network", "peerId"]) expect(figureOf(rows, `canary ${name}`)).toBe(0);
});

test.concurrent("without proof and seal the same attacks succeed", { timeout: 60_000 }, async ({ expect }) => {
  const rows = await relayRows({ ...small, only: ["bare"] });
  expect(rows.map(({ name, holds }) => [name, holds])).toEqual([
    ["altered unsealed", true],
    ["reflected unsealed", true],
    ["replayed unsealed", true],
  ]);
});

test.concurrent("names of prototypes stop neither relay nor client; with the guard taken out they do harm", {
  timeout: 60_000,
}, async ({ expect }) => {
  expect(failed(await nameRows({ progress: () => {}, maxDeaths: 1 }))).toEqual([]);
});
