import { type StoreOperation, SwarmError, WriteQueue } from "@swarm-space/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function put(key: string, bytes = 1): StoreOperation {
  return { type: "put", namespace: "a", key, value: new Uint8Array(bytes) };
}

describe("WriteQueue", () => {
  it("writes the batches of one turn together, durable when one of them is", async () => {
    const groups: string[] = [];
    const queue = new WriteQueue({
      write: async (operations, { durable }) =>
        void groups.push(`${operations.map(({ key }) => key).join("")} ${durable}`),
    });
    await Promise.all([queue.add([put("a")], { durable: false }), queue.add([put("b"), put("c")], { durable: true })]);
    await queue.add([put("d")], { durable: false });
    expect(groups).toEqual(["abc true", "d false"]);
  });

  it("never writes two groups at once, and in the order of the calls, whatever their size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }), async (sizes) => {
        const written: string[] = [];
        let writing = 0;
        const queue = new WriteQueue({
          maxGroupBytes: 1_000,
          async write(operations) {
            writing += 1;
            expect(writing).toBe(1);
            await Promise.resolve();
            written.push(...operations.map(({ key }) => key));
            writing -= 1;
          },
        });
        await Promise.all(
          sizes.map((size, index) => queue.add([put(String(index), size)], { durable: size % 2 === 0 })),
        );
        await queue.drained();
        expect(written).toEqual(sizes.map((_, index) => String(index)));
      }),
    );
  });

  it("a batch that fails fails alone", async () => {
    const written: string[] = [];
    const queue = new WriteQueue({
      async write(operations) {
        if (operations.some(({ key }) => key === "bad")) throw new SwarmError("STORE_FULL", "full");
        written.push(...operations.map(({ key }) => key));
      },
    });
    const settled = await Promise.allSettled(["a", "bad", "b"].map((key) => queue.add([put(key)], { durable: true })));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(written).toEqual(["a", "b"]);
  });

  it("bounds what waits, and takes again once it is written", async () => {
    const gate = Promise.withResolvers<void>();
    const queue = new WriteQueue({ maxWaitingBytes: 1_000, write: () => gate.promise });
    const first = queue.add([put("first", 900)], { durable: false });
    await Promise.resolve();
    await Promise.resolve();
    const waiting = [queue.add([put("b", 500)], { durable: false })];
    await expect(queue.add([put("c", 500)], { durable: false })).rejects.toMatchObject({ code: "STORE_BUSY" });
    gate.resolve();
    await Promise.all([first, ...waiting]);
    await queue.add([put("c", 500)], { durable: false });
  });
});
