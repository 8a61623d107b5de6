import { expect, test } from "vitest";
import { browserNetwork, silentNetwork } from "../../src/system/network-signal.ts";

test("a browser's events are told until the unsubscribe", () => {
  const scope = new EventTarget();
  const told: boolean[] = [];
  const undo = browserNetwork(scope).onChange((isThere) => told.push(isThere));
  for (const name of ["offline", "online", "load"]) scope.dispatchEvent(new Event(name));
  undo();
  undo();
  scope.dispatchEvent(new Event("online"));
  expect(told).toEqual([false, true]);
});

test.each([
  ["a scope without events", () => browserNetwork({})],
  ["a browser's part, in Node", () => browserNetwork()],
  ["silence", silentNetwork],
])("%s tells nothing, and takes the unsubscribe", (_name, make) => {
  const undo = make().onChange(() => expect.unreachable());
  undo();
});
