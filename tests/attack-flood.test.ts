import { expect, test } from "vitest";
import { floods, measure, rowsOf } from "../attack/flood/rows.mjs";

const brief = { rounds: 2, roundMs: 600 };
/** Where nothing is compared with a quiet round, and no memory is judged. */
const floodAlone = { ...brief, quietMs: 0, isCold: true };
const timeout = 60_000;

/** Whether a goal of the command holds; those about time on a busy machine are the command's alone. */
function holds(rows: ReturnType<typeof rowsOf>, name: string): boolean | undefined {
  return rows.find((row) => row.name === name)?.holds;
}

test("rubbish from one peer, over a real socket: it is gone within a second, and others join", {
  timeout,
}, async () => {
  const measured = await measure(floods.unknown, brief);
  const rows = rowsOf("unknown", floods.unknown, measured);
  expect(holds(rows, "unknown graylisted")).toBe(true);
  expect(holds(rows, "unknown join")).toBe(true);
  expect(holds(rows, "unknown heap")).toBe(true);
  // The flooder is a new peer in each round: each that was let in is cut off once, for this one reason, and listed for this
  // one offence. The victim says so: the flooder may lose the word with what it still had under way.
  const { expelled, graylisted } = measured.seen;
  expect(expelled["RATE_EXCEEDED"]).toBeGreaterThanOrEqual(1);
  expect(expelled).toEqual({ RATE_EXCEEDED: graylisted["rateExceeded"] });
  expect(graylisted).toEqual({ rateExceeded: expelled["RATE_EXCEEDED"] });
  expect(measured.quiet.concat(measured.flooded).every(({ failed }) => failed === 0)).toBe(true);
});

test("ablated: the door open, the flooder stays and sends on", { timeout }, async () => {
  // Longer rounds: the flooder is the nicest of processes, and two cores may be busy with other tests.
  const measured = await measure(floods.unknown, { ...floodAlone, roundMs: 1_800, ablated: true });
  expect(holds(rowsOf("unknown", floods.unknown, measured), "unknown graylisted")).toBe(false);
  expect(measured.seen).toMatchObject({ expelled: {}, graylisted: {}, refused: {} });
  expect(measured.done.sent).toBeGreaterThan(20_000);
});

test("handshakes from one address are held to its rate; ablated, they are not", { timeout }, async () => {
  const guarded = await measure(floods.handshakes, floodAlone);
  const open = await measure(floods.handshakes, { ...floodAlone, ablated: true });
  const refusedEarly = ({ seen }: typeof guarded) =>
    (seen.refused["RATE_EXCEEDED"] ?? 0) + (seen.refused["PEER_GRAYLISTED"] ?? 0);
  expect(refusedEarly(guarded)).toBeGreaterThan(guarded.done.connections / 2);
  expect(refusedEarly(open)).toBe(0);
  expect(guarded.joined.every((ms) => ms <= 3_000)).toBe(true);
});
