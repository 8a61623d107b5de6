import { expect, test } from "vitest";
import { createGunClient, type Dial } from "../src/index.ts";
import { clock, random } from "./clock.ts";

/** Sockets that open when told. */
function sockets() {
  const made: { open(): void; readonly sent: string[]; ended: boolean }[] = [];
  const dial: Dial = (_url, events) => {
    const socket = { open: () => events.onOpen(), sent: [] as string[], ended: false };
    made.push(socket);
    const end = () => {
      socket.ended = true;
    };
    return {
      bufferedBytes: 0,
      send: (text) => void socket.sent.push(text),
      close: end,
      abort: end,
      gone: Promise.resolve(),
    };
  };
  return { made, dial };
}

test("on waking, a dial from before is given up for a new one, and a link that stands is asked", async () => {
  const { made, dial } = sockets();
  const client = createGunClient({ relays: ["http://127.0.0.1:1/gun"], clock, random, dial });
  client.woke();
  expect(made).toHaveLength(0);
  client.open();
  expect(made).toHaveLength(1);
  client.woke();
  expect(made.map(({ ended }) => ended)).toEqual([true, false]);
  // The one that was given up comes too late.
  made[0]?.open();
  expect(client.relays()[0]?.up).toBe(false);
  made[1]?.open();
  expect(client.relays()[0]?.up).toBe(true);
  const before = made[1]?.sent.length ?? 0;
  client.woke();
  expect(made).toHaveLength(2);
  expect(made[1]?.sent.slice(before).join()).toContain('"dam":"?"');
  await client.close();
  client.woke();
  expect(made).toHaveLength(2);
});
