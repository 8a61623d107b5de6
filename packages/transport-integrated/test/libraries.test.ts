import { createSwarm, use } from "@swarm-space/core";
import { RelayPool } from "@swarm-space/gun-driver";
import { afterEach, expect, test } from "vitest";
import { codeOf, join, never } from "../../../tests/support/transport-ends.ts";
import type { SimplePeer, SimplePeerConstructor } from "../src/direct/simple-channel.ts";
import { integratedWith } from "../src/index.ts";
import { makeNode, relay } from "./nodes.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pair(replaced: Parameters<typeof makeNode>[1], options: Parameters<typeof makeNode>[0] = {}) {
  const server = await relay();
  undo.push(() => server.close());
  const gunRelays = [server.url];
  const [a, b] = await Promise.all([
    makeNode({ gunRelays, ...options }, replaced),
    makeNode({ gunRelays, ...options }),
  ]);
  undo.push(() => Promise.all([a.close(), b.close()]));
  await Promise.all([a.open(), b.open()]);
  return { a, b };
}

test("simple-peer opens the data channel: with a stub that throws there is none, and the relay's road is", async () => {
  class Stub implements SimplePeer {
    constructor() {
      throw new Error("a stub");
    }
    signal() {}
    destroy() {}
    on() {}
  }
  const { a, b } = await pair({ loadSimplePeer: async () => Stub }, { attemptTimeoutMs: 300 });
  const target = { peer: b.id, addresses: b.transport.addresses() };
  expect(await codeOf(a.transport.connect(target, "direct", { signal: never }))).toBe("DIAL_FAILED");
  expect(
    await codeOf(b.transport.connect({ peer: a.id, addresses: a.transport.addresses() }, "direct", { signal: never })),
  ).toBe("PEER_ABSENT");
  const [one] = await join(a, b, "relay");
  await one.close();
});

test("a try that nothing comes of gives way to a second, which connects", async () => {
  const { default: Real } = await import("simple-peer");
  let made = 0;
  /** The first of them is deaf. */
  class DeafAtFirst extends (Real as SimplePeerConstructor) {
    readonly #isDeaf = ++made === 1;
    override signal(data: unknown): void {
      if (!this.#isDeaf) super.signal(data);
    }
  }
  const { a, b } = await pair({ loadSimplePeer: async () => DeafAtFirst }, { attemptTimeoutMs: 500 });
  const [one, other] = await join(a, b, "direct");
  expect(made).toBe(2);
  expect(one.binding).toEqual(other.binding);
});

test("a try that was answered and does not open has another beside it, before its time is over", async () => {
  const { default: Real } = await import("simple-peer");
  const made: SimplePeer[] = [];
  const isFirstThere: unknown[] = [];
  class DeafAtFirst extends (Real as SimplePeerConstructor) {
    constructor(o: ConstructorParameters<SimplePeerConstructor>[0]) {
      super(o);
      made.push(this);
      isFirstThere.push(!Reflect.get(made[0] ?? this, "destroyed"));
    }
    override signal(data: unknown): void {
      if (this !== made[0]) super.signal(data);
    }
  }
  const { a, b } = await pair({ loadSimplePeer: async () => DeafAtFirst }, { attemptTimeoutMs: 2_000 });
  await join(a, b, "direct");
  expect(isFirstThere).toEqual([true, true]);
  // It was called off.
  await expect.poll(() => Reflect.get(made[0] ?? {}, "destroyed")).toBe(true);
});

test("Gun carries and signals: with a pool that throws the transport does not open", async () => {
  class Stub extends RelayPool {
    override client(): never {
      throw new Error("a stub");
    }
  }
  const node = await makeNode({ gunRelays: ["ws://127.0.0.1:1/gun"] }, { pool: () => new Stub() });
  await expect(node.open()).rejects.toThrow("a stub");
  expect([node.transport.state, node.transport.addresses()]).toEqual(["idle", []]);
});

test("the finder finds: with one that throws nobody is found by DHT or tracker, and that is told", async () => {
  const makeFinder = () => ({
    id: "webtorrent" as const,
    // biome-ignore lint/correctness/useYield: it throws before it could
    async *discover() {
      throw new Error("a stub");
    },
    announce: () => Promise.reject(new Error("a stub")),
    status: () => ({ engine: "components" as const, sources: [] }),
    woke: () => undefined,
    close: () => Promise.resolve(),
  });
  await using swarm = await createSwarm({ log: "silent", plugins: [use(integratedWith({ makeFinder }), {})] });
  const failed: string[] = [];
  swarm.on("discovery:failed", ({ source, detail }) => void failed.push(`${source}: ${detail}`));
  await swarm.start();
  await expect.poll(() => failed.length).toBeGreaterThan(1);
  expect(new Set(failed)).toEqual(new Set(["webtorrent: a stub"]));
});
