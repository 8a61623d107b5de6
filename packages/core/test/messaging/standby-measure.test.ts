import { describe, expect, test } from "vitest";
import { LiveLink } from "../../src/messaging/live-link.ts";
import { besideMs, isMeasureDue } from "../../src/messaging/standby-measure.ts";
import { PipeEnd, PipeWorks } from "../support/pipes.ts";

const way = { peer: "p", transport: "t", road: "r", connected: true };

/** A link whose round trip was measured at these moments, each so long. */
function linkWith(...trips: readonly { readonly ms: number; readonly at: number }[]): LiveLink {
  const connection = new PipeEnd(new PipeWorks(), "a", "b");
  const live = new LiveLink(Object.assign(Object.create(null), { peer: "p", connection }), way, false, 0);
  for (const { ms, at } of trips) live.roundTrip.sample(ms, at);
  return live;
}

/** Measured at 10,000 ms, beside a link that took so long then. */
function standbyBeside(besideMs: number | undefined): LiveLink {
  const standby = linkWith({ ms: 30, at: 10_000 });
  standby.besideMs = besideMs;
  return standby;
}

describe("a standby is measured", () => {
  test("when nothing is known of it", () => {
    expect(isMeasureDue(linkWith(), linkWith(), 0)).toBe(true);
  });

  test("when what is known is two seconds old, and not a moment before", () => {
    const carrying = linkWith({ ms: 20, at: 10_000 });
    expect([11_999, 12_000].map((now) => isMeasureDue(standbyBeside(20), carrying, now))).toEqual([false, true]);
  });

  test("not while a ping is out, or the link is blocked", () => {
    const standby = linkWith();
    standby.ping = { token: 1, sentAt: 500 };
    expect([2_499, 2_500].map((now) => isMeasureDue(standby, linkWith(), now))).toEqual([false, true]);
    standby.ping = undefined;
    standby.blocked = true;
    expect(isMeasureDue(standby, linkWith(), 60_000)).toBe(false);
  });

  test.each([
    { beside: 20, present: 24.9, due: false },
    { beside: 20, present: 25, due: true },
    { beside: 20, present: 15, due: true },
    { beside: 100, present: 114, due: false },
    { beside: 100, present: 115, due: true },
    { beside: 100, present: 85, due: true },
  ])("at once when the link that carries went from $beside to $present ms: $due", ({ beside, present, due }) => {
    expect(isMeasureDue(standbyBeside(beside), linkWith({ ms: present, at: 10_100 }), 10_100)).toBe(due);
  });

  test("not for a change of which one side is unknown", () => {
    expect(isMeasureDue(standbyBeside(undefined), linkWith({ ms: 500, at: 10_100 }), 10_100)).toBe(false);
    expect(isMeasureDue(standbyBeside(20), linkWith(), 10_100)).toBe(false);
  });
});

test("what a standby stands beside follows a change by halves", () => {
  expect(besideMs(standbyBeside(20), linkWith({ ms: 100, at: 0 }))).toBe(60);
  expect(besideMs(standbyBeside(undefined), linkWith({ ms: 100, at: 0 }))).toBe(100);
  expect(besideMs(standbyBeside(20), linkWith())).toBeUndefined();
});
