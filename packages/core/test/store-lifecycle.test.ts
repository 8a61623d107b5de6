import { StoreLifecycle } from "@swarm-space/core";
import { describe, expect, it } from "vitest";

/** A medium whose openings are settled by hand; counts what is open. */
function makeMedium() {
  const openings: PromiseWithResolvers<string>[] = [];
  const medium = {
    name: "test",
    open: 0,
    openings,
    lifecycle: new StoreLifecycle<string>({
      name: "test",
      async open() {
        const opening = Promise.withResolvers<string>();
        openings.push(opening);
        const resource = await opening.promise;
        medium.open += 1;
        return resource;
      },
      async close() {
        medium.open -= 1;
      },
    }),
  };
  return medium;
}

const signal = new AbortController().signal;

describe("StoreLifecycle", () => {
  it("opens once for several callers, and gives the resource to those who waited", async () => {
    const { lifecycle, openings } = makeMedium();
    const waiting = lifecycle.use();
    const opened = [lifecycle.open({ signal }), lifecycle.open({ signal })];
    await Promise.resolve();
    openings[0]?.resolve("resource");
    await Promise.all(opened);
    expect(openings.length).toBe(1);
    expect(await waiting).toBe("resource");
  });

  it("one aborted caller does not take the opening from another", async () => {
    const { lifecycle, openings } = makeMedium();
    const abort = new AbortController();
    const first = lifecycle.open({ signal: abort.signal });
    const second = lifecycle.open({ signal });
    await Promise.resolve();
    abort.abort(new Error("called off"));
    await expect(first).rejects.toThrow("called off");
    openings[0]?.resolve("resource");
    await second;
    expect(await lifecycle.use()).toBe("resource");
  });

  it("aborted by its last caller: what opens too late is closed, and the next opening begins anew", async () => {
    const medium = makeMedium();
    const { lifecycle, openings } = medium;
    const abort = new AbortController();
    const first = lifecycle.open({ signal: abort.signal });
    await Promise.resolve();
    abort.abort(new Error("called off"));
    await expect(first).rejects.toThrow("called off");
    const second = lifecycle.open({ signal });
    openings[0]?.resolve("late");
    while (openings.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(medium.open).toBe(0);
    openings[1]?.resolve("resource");
    await second;
    expect(await lifecycle.use()).toBe("resource");
    await lifecycle.close();
    expect(medium.open).toBe(0);
  });

  it("closed while it opens: waits for it, and nothing is left open", async () => {
    const medium = makeMedium();
    const { lifecycle, openings } = medium;
    const opening = lifecycle.open({ signal });
    const refused = expect(opening).rejects.toMatchObject({ code: "STORE_CLOSED" });
    const waiting = expect(lifecycle.use()).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await Promise.resolve();
    const closing = lifecycle.close();
    openings[0]?.resolve("late");
    await Promise.all([refused, waiting, closing]);
    expect(medium.open).toBe(0);
    expect(() => lifecycle.use()).toThrow(expect.objectContaining({ code: "STORE_CLOSED" }));
  });

  it("a failed opening is told to all, typed, and may be tried again", async () => {
    const { lifecycle, openings } = makeMedium();
    const waiting = expect(lifecycle.use()).rejects.toMatchObject({ code: "STORE_FAILED" });
    const opening = expect(lifecycle.open({ signal })).rejects.toThrow("no medium");
    await Promise.resolve();
    openings[0]?.reject(new Error("no medium"));
    await Promise.all([waiting, opening]);
    expect(() => lifecycle.use()).toThrow(expect.objectContaining({ code: "STORE_FAILED" }));
    const again = lifecycle.open({ signal });
    await new Promise((resolve) => setImmediate(resolve));
    openings[1]?.resolve("resource");
    await again;
    expect(await lifecycle.use()).toBe("resource");
  });
});
