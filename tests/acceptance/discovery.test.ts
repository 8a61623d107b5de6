import { createSwarm, definePlugin, ports, SwarmError, type Transport, use } from "@swarm-space/core";
import discovery, { type DiscoveryConfig, seedBootstrap } from "@swarm-space/discovery";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { reaches, Stage } from "./stage.ts";

/** The step by step of it is in the plugin's own `acceptance.test.ts`; 22, in whole nodes and with its ablations, in its `whole-nodes.test.ts`. */
describe("21. an empty peer store", () => {
  it("in a whole node: the addresses are dialled before any other source is asked, and peers meet", async () => {
    const seen: string[] = [];
    const network = new MemoryNetwork();
    const peerjs = definePlugin({
      id: "test/peerjs",
      api: 1,
      config: z.strictObject({}),
      provides: [ports.transport],
      setup({ provide }) {
        provide(ports.transport, transportThatNotes(seen));
      },
    });
    await using bob = await createSwarm({ plugins: [use(memoryPlugin({ network, id: "gun" }))], log: "silent" });
    await using alice = await createSwarm({
      plugins: [use(discovery), use(peerjs), use(memoryPlugin({ network, id: "gun" }))],
      log: "silent",
    });
    const met = new Promise<void>((resolve) =>
      alice.on("peer:sighted", ({ source }) => {
        seen.push(source);
        if (source === "gun") resolve();
      }),
    );
    await bob.start();
    await alice.start();
    await met;
    expect(
      seen
        .filter((each) => each !== "gun")
        .slice(0, 4)
        .sort(),
    ).toEqual(["bootstrap", "bootstrap", ...seedBootstrap].sort());
    expect(seen.indexOf("gun")).toBeGreaterThan(seen.lastIndexOf("bootstrap"));
    const { sources } = alice.get(ports.discovery).status();
    expect(sources.map(({ id }) => id)).toEqual(["bootstrap", "gun"]);
    expect(sources[1]).toMatchObject({ state: "asked", found: 1, why: expect.stringContaining("too few") });
  });
});

/** A source that is third in the seed's order, and knows nobody. */
function peerjsSource(asked: () => void) {
  return definePlugin({
    id: "test/peerjs-source",
    api: 1,
    config: z.strictObject({}),
    provides: [ports.discoverySource],
    setup({ provide }) {
      provide(ports.discoverySource, {
        id: "peerjs",
        // biome-ignore lint/correctness/useYield: it knows nobody
        async *discover() {
          asked();
        },
      });
    },
  });
}

describe("21. until enough peers are connected", () => {
  it.each([
    [1, 0],
    [2, 1],
  ])(
    "in a whole node: with one peer of %i that are enough, the source after the one that found it is asked %i times",
    async (enough, times) => {
      await using stage = new Stage();
      let asked = 0;
      const options: DiscoveryConfig = { enough, sourceShare: 1, bootstrap: [] };
      const road = () => use(memoryPlugin({ network: stage.network, id: "gun" }));
      const alice = await stage.node("alice", [use(discovery, options), use(peerjsSource(() => asked++)), road()]);
      const bob = await stage.node("bob", [road()]);
      await stage.start(bob);
      await stage.start(alice);
      await stage.eventually(() => reaches(alice, bob, "gun"), "a peer of the first source");
      await stage.clock.advance(10_000);
      expect(Math.min(asked, 1)).toBe(times);
    },
  );

  it("ablation: without the cascade every source is asked at once", async () => {
    await using stage = new Stage();
    let asked = 0;
    const road = () => use(memoryPlugin({ network: stage.network, id: "gun" }));
    const alice = await stage.node("alice", [use(peerjsSource(() => asked++)), road()]);
    await stage.start(await stage.node("bob", [road()]));
    await stage.start(alice);
    await stage.eventually(() => asked > 0, "the second source is asked", 1);
  });
});

/** Notes who is dialled; nobody is there. */
function transportThatNotes(dialled: string[]): Transport {
  return {
    id: "peerjs",
    state: "ready",
    open: async () => undefined,
    close: async () => undefined,
    onState: () => () => undefined,
    addresses: () => [],
    roadsTo: ({ addresses }) => (addresses.length > 0 ? ["direct"] : []),
    connect: async ({ addresses }) => {
      dialled.push(addresses[0]?.value ?? "");
      throw new SwarmError("PEER_ABSENT", "nobody is there");
    },
  };
}
