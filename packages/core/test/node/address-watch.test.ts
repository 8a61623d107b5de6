import { expect, test } from "vitest";
import { addressWatch } from "../../src/node/address-watch.ts";

function watched(...first: string[]) {
  let addresses = first;
  const watch = addressWatch(() => addresses);
  const told: boolean[] = [];
  const undo = watch.onChange((isThere) => void told.push(isThere));
  return {
    told,
    undo,
    become(...next: string[]) {
      addresses = next;
      watch.look?.();
    },
  };
}

test("another address, one more, one less: the network is another", () => {
  const { told, become } = watched("10.0.0.2");
  become("10.0.0.3");
  become("10.0.0.3", "2001:db8::1");
  become("10.0.0.3");
  expect(told).toEqual([true, true, true]);
});

test("the last one went, and one came", () => {
  const { told, become } = watched("10.0.0.2");
  become();
  become("10.0.0.2");
  expect(told).toEqual([false, true]);
});

test("the same ones in another order are nothing new; after the unsubscribe nothing is told", () => {
  const { told, undo, become } = watched("10.0.0.2", "2001:db8::1");
  become("2001:db8::1", "10.0.0.2");
  undo();
  undo();
  become("10.0.0.9");
  expect(told).toEqual([]);
});

test("this machine's addresses do not change by themselves", () => {
  const watch = addressWatch();
  watch.onChange(() => expect.unreachable());
  watch.look?.();
});
