import { expect, test } from "vitest";
import * as z from "zod";
import { ChannelBook } from "../../src/messaging/channel-book.ts";
import { itemKind, letterUse } from "../../src/messaging/frame.ts";
import { LetterDesk } from "../../src/messaging/letter-desk.ts";
import { encodeMessage } from "../../src/messaging/message-codec.ts";
import { ReceiveWindow } from "../../src/messaging/receive-window.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";

test("a letter that the store has as begun and that finds no room gives its place back, and its source is told", async () => {
  const channels = new ChannelBook();
  channels.addHandler(channels.open("chat", z.string(), { ordered: false, response: undefined }), () => {});
  const desk = new LetterDesk({
    events: new EventEmitter(),
    channels,
    dispatcher: { offer: () => false, queued: () => 9 },
    journal: { begin: async () => {} },
    orders: {},
    requests: {},
    maxLetterBytes: 1_000,
  } as never);
  const window = new ReceiveWindow();
  const { promise: overflowed, resolve } = Promise.withResolvers<number>();
  const source = {
    peer: "bob",
    origin: "o",
    instance: undefined,
    window,
    transport: "t",
    accepted: () => {},
    flush: () => {},
  };
  const wrong = (seq: number) => expect.fail(`an answer to ${seq}`);
  const taken = desk.take({ ...source, handled: wrong, failed: wrong, overflowed: resolve }, [
    itemKind.letter,
    7,
    "chat",
    letterUse.message,
    1_000,
    encodeMessage("hello"),
  ]);
  expect(taken).toBe("new");
  expect(await overflowed).toBe(7);
  expect(window.state(7)).toBe("new");
});
