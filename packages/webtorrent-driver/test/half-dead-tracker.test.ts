import { SeededRandom, VirtualClock } from "@swarm-space/testkit";
import { expect, test } from "vitest";
import { TendedTracker } from "../src/tracker/tended-tracker.ts";
import type { WebSocketTracker } from "../src/tracker/tracker-client.ts";

const answer = new TextEncoder().encode(
  JSON.stringify({ action: "announce", interval: 120, info_hash: "a".repeat(20), complete: 1, incomplete: 0 }),
);

/** What the library's client of one tracker does with its socket: it takes what is said, and hears nothing of its death. */
function staged() {
  const clock = new VirtualClock();
  const told = { opened: 0, sent: 0, errors: [] as string[] };
  const tracker: WebSocketTracker = {
    client: undefined,
    destroyed: false,
    socket: { connected: true, _ws: null, once: () => {} },
    peers: {},
    reconnecting: false,
    retries: 0,
    expectingResponse: false,
    _createPeer: () => expect.unreachable(),
    _openSocket: () => {
      told.opened += 1;
    },
    _send: () => {
      told.sent += 1;
    },
    _onSocketData: () => {},
    _onSocketError: ({ message }) => {
      told.errors.push(message);
      tracker._startReconnectTimer();
    },
    _onAnnounceResponse: () => {},
    _startReconnectTimer: () => {},
  };
  const tended = new TendedTracker({ tracker, clock, random: new SeededRandom(7), dropped: () => {} });
  const announce = (more = {}) => tracker._send({ action: "announce", ...more });
  tracker._onSocketData(answer);
  return { clock, told, tracker, tended, announce, state: () => tended.status().state };
}

test("an announcement that is not answered within 5 s: the tracker is away, and dialled again ever more calmly", async () => {
  const { clock, told, tended, announce, state } = staged();
  expect(state()).toBe("ready");
  announce();
  announce();
  await clock.advance(4_999);
  expect(state()).toBe("ready");
  await clock.advance(1);
  expect([state(), told.errors]).toEqual(["away", ["the tracker does not answer"]]);
  await clock.advance(3_600_000);
  // 1, 2, 4 … 60 s, of which at least the half is waited, and 5 s for each answer.
  expect(told.opened).toBeGreaterThan(50);
  expect(told.opened).toBeLessThanOrEqual(7 + 3_600 / 35);
  tended.close();
  expect(clock.pending).toBe(0);
});

test("one that answers is left alone, and an answer to another's offer is not waited for", async () => {
  const { clock, told, tracker, tended, announce, state } = staged();
  announce();
  tracker._onSocketData(answer);
  announce({ answer: { type: "answer", sdp: "v=0" } });
  await clock.advance(600_000);
  expect([state(), told.errors, told.sent]).toEqual(["ready", [], 2]);
  tended.close();
});
