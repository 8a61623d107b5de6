import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { childAbort } from "../../src/system/child-abort.ts";

describe("an abort within something that lasts", () => {
  test("comes with the parent's, and its reason", () => {
    const parent = new AbortController();
    const child = childAbort(parent.signal);
    expect(child.signal.aborted).toBe(false);
    parent.abort("over");
    expect(child.signal.reason).toBe("over");
  });

  test("is there at once where the parent has aborted already", () => {
    expect(childAbort(AbortSignal.abort("over")).signal.reason).toBe("over");
  });

  test("leaves the parent alone, keeps its own reason, and nothing stays at the parent", () => {
    const parent = new AbortController();
    const child = childAbort(parent.signal);
    child.abort("late");
    expect(parent.signal.aborted).toBe(false);
    child[Symbol.dispose]();
    child[Symbol.dispose]();
    expect(getEventListeners(parent.signal, "abort")).toEqual([]);
    parent.abort("over");
    expect(child.signal.reason).toBe("late");
  });

  test("disposed, it hears the parent no more", () => {
    const parent = new AbortController();
    const child = childAbort(parent.signal);
    child[Symbol.dispose]();
    parent.abort("over");
    expect(child.signal.aborted).toBe(false);
  });
});
