import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createSwarm, ports, replaceRoom, roomPorts, type SwarmEvents } from "../../src/index.ts";
import { HandClock, settle } from "../hand-clock.ts";
import { type DurableStore, durableStore, keysOf } from "./durable-store.ts";

const peer = "a".repeat(52);
const schema = z.number();

/** A node without any transport: what it posts waits in its outbox. */
async function lonelyNode(store: DurableStore, clock = new HandClock()) {
  const failed: SwarmEvents["store:failed"][] = [];
  const restored: number[] = [];
  const swarm = await createSwarm({
    log: "silent",
    replace: [replaceRoom(ports.store, () => store), replaceRoom(ports.clock, () => clock)],
  });
  swarm.on("store:failed", (detail) => failed.push(detail));
  swarm.on("outbox:restored", ({ letters }) => restored.push(letters));
  const channel = swarm.channel({ name: "chat", schema });
  await swarm.start();
  const outbox = swarm.get(roomPorts.outbox);
  return { swarm, channel, failed, restored, clock, outbox };
}

describe("the instance", () => {
  test("is newer at each start, though the clock was set back", async () => {
    const store = durableStore();
    const clock = new HandClock();
    await clock.advance(50_000);
    const epochs: number[] = [];
    for (let run = 0; run < 3; run++) {
      await using node = (await lonelyNode(store, run === 0 ? clock : new HandClock())).swarm;
      epochs.push(node.get(roomPorts.instance).current.epoch);
    }
    expect(epochs).toEqual([50_000, 50_001, 50_002]);
  });

  test.each(["", "x", "-5", "1e400", "NaN", "9007199254740991", "99999999999999999999"])(
    "is sound with %j in the store",
    async (text) => {
      const store = durableStore();
      await store.namespace("node").put("epoch", new TextEncoder().encode(text));
      await using node = (await lonelyNode(store)).swarm;
      const { epoch } = node.get(roomPorts.instance).current;
      expect(Number.isSafeInteger(epoch) && epoch >= 0 && epoch < 2 ** 52).toBe(true);
    },
  );
});

describe("letters", () => {
  test("outlive a stop, in their places, under the same origin", async () => {
    const store = durableStore();
    const first = await lonelyNode(store);
    const sent = [1, 2, 3].map((n) => first.channel.send(peer, n).catch((error: { code: string }) => error.code));
    await first.swarm.stop();
    expect(await Promise.all(sent)).toEqual(["SWARM_STOPPED", "SWARM_STOPPED", "SWARM_STOPPED"]);
    const second = await lonelyNode(store);
    expect(second.restored).toEqual([3]);
    expect(second.outbox.waiting(peer).letters).toBe(3);
    const instances = [first, second].map(({ swarm }) => swarm.get(roomPorts.instance));
    expect(instances[1]?.origin).toEqual(instances[0]?.origin);
    await second.swarm.stop();
  });

  test("are given to the store within 10 ms of `send`", async () => {
    const store = durableStore();
    const node = await lonelyNode(store);
    const held = () => store.batches.flatMap(({ operations }) => operations).filter(({ key }) => key.startsWith("l/"));
    for (const each of [1, 2, 3]) node.channel.send(peer, each).catch(() => undefined);
    await node.clock.advance(9);
    expect(held()).toEqual([]);
    await node.clock.advance(1);
    expect(held()).toHaveLength(3);
    await node.swarm.stop();
  });

  test("beyond the durable bound keep their sequence: the next run's letters do not take it", async () => {
    const store = durableStore();
    const node = await lonelyNode(store);
    // The bound of the first reservation is kept; those that follow are not.
    let bounds = 0;
    store.full = (operations) => operations.some(({ key }) => key.startsWith("n/") && ++bounds > 1);
    const sent = Array.from({ length: 5_000 }, (_, n) => node.channel.send(peer, n));
    for (const each of sent) each.catch(() => undefined);
    // As a crash leaves it: the letters are kept before the second bound is refused, and nobody lives to forget them.
    await node.swarm.get(roomPorts.outboxJournal).flush();
    const kept = (await keysOf(store, "outbox")).filter((key) => key.startsWith("l/"));
    expect(kept).toHaveLength(5_000);
    store.full = () => true;
    await node.swarm.stop();
    store.full = undefined;
    const next = await lonelyNode(store);
    next.channel.send(peer, 7).catch(() => undefined);
    expect(next.outbox.waiting(peer).letters).toBe(5_001);
    await settle();
    const correspondent = next.outbox.correspondents.find(peer);
    expect(correspondent?.next).toBe(5_002);
    expect(correspondent?.bound).toBeGreaterThan(5_002);
    await next.swarm.stop();
  });
});

describe("a store that is full", () => {
  test("refuses a letter with STORE_FULL, says so, and the node goes on", async () => {
    const store = durableStore();
    const { swarm, channel, failed, outbox, clock } = await lonelyNode(store);
    store.full = () => true;
    await expect(channel.send(peer, 1)).rejects.toMatchObject({
      code: "STORE_FULL",
      cure: expect.stringMatching(/room/i),
    });
    expect(failed.map(({ code }) => code)).toContain("STORE_FULL");
    expect(outbox.waiting(peer).letters).toBe(0);
    store.full = undefined;
    const later = channel.send(peer, 2, { ttlMs: 5_000 });
    later.catch(() => undefined);
    await clock.advance(100);
    expect(outbox.waiting(peer).letters).toBe(1);
    expect((await keysOf(store, "outbox")).filter((key) => key.startsWith("l/"))).toHaveLength(1);
    await clock.advance(5_000);
    await expect(later).rejects.toMatchObject({ code: "LETTER_EXPIRED" });
    expect(swarm.state).toBe("started");
    await swarm.stop();
  });

  test("also later, when sequences are reserved already: a letter that would not outlive the process is refused", async () => {
    const store = durableStore();
    const { swarm, channel, failed, outbox, clock } = await lonelyNode(store);
    const kept = channel.send(peer, 1);
    kept.catch(() => undefined);
    await clock.advance(100);
    store.full = () => true;
    const refused = channel.send(peer, 2);
    refused.catch(() => undefined);
    await clock.advance(100);
    await expect(refused).rejects.toMatchObject({ code: "STORE_FULL" });
    expect(outbox.waiting(peer).letters).toBe(1);
    expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(["STORE_FULL"]));
    store.full = undefined;
    await swarm.stop();
    await expect(kept).rejects.toMatchObject({ code: "SWARM_STOPPED" });
  });
});
