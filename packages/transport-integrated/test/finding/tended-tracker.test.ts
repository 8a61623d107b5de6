import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { clock, random } from "../../../../tests/support/transport-ends.ts";
import { TendedTracker } from "../../src/finding/tracker/tended-tracker.ts";
import type { WebSocketTracker } from "../../src/finding/tracker/tracker-client.ts";

/** A simple-peer that waits for its candidates: were it gone by then, its timer would throw into the process. */
class WaitingPeer extends EventEmitter {
  isFired = false;
  readonly _iceCompleteTimer = setTimeout(() => {
    this.isFired = true;
  }, 1);
  _onFinish(): void {}
  destroy(): void {}
}

function trackerOf(peer: WaitingPeer): WebSocketTracker {
  return {
    client: undefined,
    destroyed: false,
    socket: null,
    peers: {},
    reconnecting: false,
    retries: 0,
    expectingResponse: false,
    _createPeer: () => peer,
    _openSocket() {},
    _onSocketData() {},
    _onSocketError() {},
    _onAnnounceResponse() {},
    _startReconnectTimer() {},
  };
}

test.each([
  ["close", false],
  ["error", false],
  ["connect", true],
])("after a peer's %s its timer runs on: %s", async (event, runsOn) => {
  const peer = new WaitingPeer();
  const tracker = trackerOf(peer);
  const tended = new TendedTracker({ tracker, clock, random, dropped: () => undefined });
  tracker._createPeer();
  peer.emit(event);
  await sleep(5);
  expect(peer.isFired).toBe(runsOn);
  tended.close();
});
