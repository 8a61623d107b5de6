import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ChannelBook } from "../../src/messaging/channel-book.ts";
import type { Delivery } from "../../src/messaging/dispatcher.ts";
import { itemKind, type LetterItem, letterUse } from "../../src/messaging/frame.ts";
import { LetterDesk } from "../../src/messaging/letter-desk.ts";
import { encodeMessage } from "../../src/messaging/message-codec.ts";
import { OrderDesk } from "../../src/messaging/order-desk.ts";
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

describe("an ordered letter that finds no room keeps its place", () => {
  /** A desk whose dispatcher takes letters while `roomy`, with a store whose writes end when told to. */
  function orderedDesk(isDurable: boolean) {
    const channels = new ChannelBook();
    channels.addHandler(channels.open("chat", z.string(), { ordered: true, response: undefined }), () => {});
    const state = { roomy: true, ran: [] as unknown[], overflowed: [] as number[] };
    const written: (() => void)[] = [];
    const desk = new LetterDesk({
      events: new EventEmitter(),
      channels,
      dispatcher: {
        offer(delivery: Delivery) {
          if (!state.roomy) return false;
          state.ran.push(delivery.message);
          delivery.done(undefined, []);
          return true;
        },
        queued: () => 9,
      },
      journal: {
        begin: () => (isDurable ? new Promise<void>((resolve) => void written.push(resolve)) : undefined),
        done: () => undefined,
      },
      orders: new OrderDesk(),
      requests: {},
      maxLetterBytes: 1_000,
    } as never);
    const window = new ReceiveWindow();
    const quiet = { accepted: () => {}, handled: () => {}, flush: () => {} };
    const source = {
      ...{ peer: "bob", origin: "o", instance: "i", window, transport: "t" },
      ...quiet,
      failed: (seq: number, code: string) => expect.fail(`${seq}: ${code}`),
      overflowed: (seq: number) => void state.overflowed.push(seq),
    };
    const take = (order: number, body = encodeMessage(`letter ${order}`)) => {
      const item: LetterItem = [itemKind.letter, order, "chat", letterUse.message, 1_000, body, order, 0, 1];
      return desk.take(source, item);
    };
    const write = async () => {
      for (const end of written.splice(0)) end();
      await Promise.resolve();
      await Promise.resolve();
    };
    return { ...{ state, take, write, window } };
  }
  const inOrder = (most: number) => Array.from({ length: most }, (_, i) => `letter ${i + 1}`);

  test("in its turn", () => {
    const { state, take } = orderedDesk(false);
    expect([take(1), take(3)]).toEqual(["new", "new"]);
    state.roomy = false;
    expect(take(2)).toBe("overflow");
    state.roomy = true;
    expect(state.ran).toEqual(inOrder(1));
    expect([take(2), take(3)]).toEqual(["new", "double"]);
    expect(state.ran).toEqual(inOrder(3));
  });

  test("after it was held: its source is told, and those behind it wait on", () => {
    const { state, take, window } = orderedDesk(false);
    expect([take(2), take(3)]).toEqual(["new", "new"]);
    state.roomy = false;
    expect(take(1)).toBe("overflow");
    state.roomy = true;
    const { ran } = state;
    state.ran = new Proxy(ran, {
      get: (list, key, all) => {
        if (key === "push" && list.length === 1) state.roomy = false;
        return Reflect.get(list, key, all);
      },
    });
    expect(take(1)).toBe("new");
    state.roomy = true;
    expect([ran.length, state.overflowed]).toEqual([2, [3]]);
    expect([window.state(2), window.state(3)]).toEqual(["handled", "new"]);
    expect(take(3)).toBe("new");
    expect(ran).toEqual(inOrder(3));
  });

  test("where too much waits for its turn: it is not acknowledged, and comes again", () => {
    const { state, take, window } = orderedDesk(false);
    const large = new Uint8Array(16 * 1_048_576);
    expect([2, 3, 4, 5].map((order) => take(order, large))).toEqual(["new", "new", "new", "new"]);
    expect([take(6), window.state(6)]).toEqual(["overflow", "new"]);
    expect(state.ran).toEqual([]);
  });

  test("once the store had it as begun: those that began behind it come again too", async () => {
    const { state, take, write, window } = orderedDesk(true);
    expect([take(1), take(2), take(3)]).toEqual(["new", "new", "new"]);
    state.roomy = false;
    await write();
    state.roomy = true;
    expect(state.ran).toEqual([]);
    expect(state.overflowed).toEqual([1, 2, 3]);
    expect([1, 2, 3].map((seq) => window.state(seq))).toEqual(["new", "new", "new"]);
    expect([take(3), take(1), take(2)]).toEqual(["new", "new", "new"]);
    await write();
    await write();
    expect(state.ran).toEqual(inOrder(3));
  });

  test("room that is found after the first had none is not for those behind it", async () => {
    const { state, take, write } = orderedDesk(true);
    expect([take(1), take(2)]).toEqual(["new", "new"]);
    state.roomy = false;
    const told = state.overflowed;
    state.overflowed = new Proxy(told, {
      get: (list, key, all) => {
        if (key === "push") state.roomy = true;
        return Reflect.get(list, key, all);
      },
    });
    await write();
    expect([state.ran, told]).toEqual([[], [1, 2]]);
    expect([take(1), take(2)]).toEqual(["new", "new"]);
    await write();
    expect(state.ran).toEqual(inOrder(2));
  });
});
