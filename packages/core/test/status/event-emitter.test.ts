import { describe, expect, it } from "vitest";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { settle } from "../hand-clock.ts";

const peer = { peer: "p" };

describe("EventEmitter", () => {
  it("tells each listener until it unsubscribes; twice is harmless", () => {
    const events = new EventEmitter();
    const heard: string[] = [];
    const off = events.on("peer:connect", (detail) => heard.push(`a ${detail.peer}`));
    events.on("peer:connect", () => heard.push("b"));
    events.emit("peer:connect", peer);
    off();
    off();
    events.emit("peer:connect", peer);
    events.emit("peer:disconnect", peer);
    expect(heard).toEqual(["a p", "b", "b"]);
  });

  it("keeps two subscriptions of one function apart", () => {
    const events = new EventEmitter();
    let heard = 0;
    const listener = (): void => {
      heard += 1;
    };
    const off = events.on("peer:connect", listener);
    events.on("peer:connect", listener);
    off();
    events.emit("peer:connect", peer);
    expect(heard).toBe(1);
  });

  it("turns a throw and a rejection into handler:failed, and calls the others", async () => {
    const events = new EventEmitter();
    const failed: string[] = [];
    let reached = 0;
    events.on("handler:failed", (detail) => failed.push(`${detail.where}: ${String(detail.error)}`));
    events.on("peer:connect", () => {
      throw "thrown";
    });
    events.on("peer:connect", async () => {
      throw "rejected";
    });
    events.on("peer:connect", () => {
      reached += 1;
    });
    events.emit("peer:connect", peer);
    await settle();
    expect(reached).toBe(1);
    expect(failed).toEqual(['listener of "peer:connect": thrown', 'listener of "peer:connect": rejected']);
  });

  it("does not tell a failing listener of handler:failed of itself", () => {
    const last: unknown[] = [];
    const events = new EventEmitter({ onLastThrow: (error) => last.push(error) });
    events.on("handler:failed", () => {
      throw "again";
    });
    events.on("peer:connect", () => {
      throw "first";
    });
    events.emit("peer:connect", peer);
    expect(last).toEqual(["again"]);
  });

  it("is safe to emit, subscribe and unsubscribe in while it emits", () => {
    const events = new EventEmitter();
    const heard: string[] = [];
    events.on("peer:connect", () => {
      heard.push("first");
      offLast();
      if (heard.length === 1) {
        events.on("peer:connect", () => heard.push("late"));
        events.emit("peer:connect", peer);
      }
    });
    const offLast = events.on("peer:connect", () => heard.push("removed"));
    events.emit("peer:connect", peer);
    expect(heard).toEqual(["first", "first", "late"]);
  });

  it("refuses more listeners than it may have, and what is no function", () => {
    const events = new EventEmitter({ maxListeners: 2 });
    events.on("peer:connect", () => {});
    const off = events.on("peer:connect", () => {});
    expect(() => events.on("peer:connect", () => {})).toThrow(expect.objectContaining({ code: "LISTENERS_EXCEEDED" }));
    off();
    expect(() => events.on("peer:connect", () => {})).not.toThrow();
    // @ts-expect-error: a caller without types
    expect(() => events.on("peer:connect", "nonsense")).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it("takes names that an object has by itself for unknown events", () => {
    const events = new EventEmitter();
    // @ts-expect-error: a caller without types
    expect(() => events.emit("__proto__", peer)).not.toThrow();
    // @ts-expect-error: a caller without types
    expect(() => events.emit("constructor", peer)).not.toThrow();
  });
});
