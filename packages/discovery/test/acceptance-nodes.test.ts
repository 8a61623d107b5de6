import {
  createSwarm,
  definePlugin,
  memoryStore,
  ports,
  replaceRoom,
  type Store,
  type Swarm,
  SwarmError,
  type Transport,
  use,
} from "@swarm-space/core";
import discovery, { type DiscoveryConfig, seedBootstrap } from "@swarm-space/discovery";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { reaches, Stage } from "../../../tests/acceptance/stage.ts";
import { discoveryWithout } from "../src/plugin.ts";
import type { Safeguards } from "../src/safeguards.ts";

/** The step by step of both, with virtual peers, is in the plugin's own `acceptance.test.ts`. */
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

/** As the defaults have it, ten minutes and seven days, at a six-hundredth. */
const pace: DiscoveryConfig = {
  bootstrap: [],
  enough: 16,
  slots: 16,
  // They all come from one source here.
  sourceShare: 1,
  knownPeers: 16,
  creditMs: 1_000,
  halfLifeMs: 1_008_000,
};

/** A node that its friend was reached by 99 times of 100, and the friend is away. */
class Friendship implements AsyncDisposable {
  readonly stage = new Stage();
  readonly store: Store = Object.assign(memoryStore(), { durable: true });
  readonly #off: Partial<Safeguards>;

  constructor(off: Partial<Safeguards>) {
    this.#off = off;
  }

  /** One that waits to be dialled. */
  node(name: string): Promise<Swarm> {
    return this.stage.node(name, [use(memoryPlugin({ network: this.stage.network, sees: [] }))]);
  }

  /** The node whose book it is. */
  async reader(): Promise<Swarm> {
    const plugins = [use(discoveryWithout(this.#off), pace), use(memoryPlugin({ network: this.stage.network }))];
    const alice = await this.stage.node("alice", plugins, { replace: [replaceRoom(ports.store, () => this.store)] });
    await this.stage.start(alice);
    return alice;
  }

  async begin() {
    const { stage } = this;
    const bob = await this.node("bob");
    await stage.start(bob);
    const alice = await this.reader();
    await stage.eventually(() => reaches(alice, bob, "memory"), "the friend is met");
    // A success in each second.
    await stage.clock.advance(98_500);
    // Who reaches somebody else knows whose fault a failure is.
    const witness = await this.node("witness");
    await stage.start(witness);
    await stage.eventually(() => reaches(alice, witness, "memory"), "the witness is met");
    const failed = new Promise((resolve) => alice.on("dial:failed", resolve));
    await stage.until(bob.stop());
    await stage.until(failed);
    await stage.until(witness.stop());
    return { alice, bob };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stage[Symbol.asyncDispose]();
  }
}

const places = (swarm: Swarm) => [...swarm.get(ports.dialer).wanted()].map(({ peer }) => peer);

describe("22. a whole node's book of peers", () => {
  it.each([true, false])("a 1-of-1 stranger does not rank above 99 of 100 (confidence: %s)", async (confidence) => {
    await using friendship = new Friendship({ confidence });
    const { stage } = friendship;
    const { alice, bob } = await friendship.begin();
    const eve = await friendship.node("eve");
    await stage.start(eve);
    await stage.eventually(() => reaches(alice, eve, "memory"), "the stranger is met");
    expect(places(alice)[0] === bob.id).toBe(confidence);
  });

  it.each([true, false])("a hundred strangers cannot push it out (confidence: %s)", async (confidence) => {
    await using friendship = new Friendship({ confidence });
    const { stage } = friendship;
    const { alice, bob } = await friendship.begin();
    let met = 0;
    alice.on("peer:connect", () => void met++);
    for (let number = 0; number < 100; number += 1) {
      const stranger = await friendship.node(`stranger ${number}`);
      const before = met;
      await stage.start(stranger);
      await stage.eventually(() => met > before, `stranger ${number} is met`);
      await stage.until(stranger.stop());
    }
    expect(met).toBe(100);
    expect(places(alice)[0] === bob.id).toBe(confidence);
  });

  it.each([true, false])("scores fade with age, over a restart too (fading: %s)", async (fading) => {
    await using friendship = new Friendship({ fading });
    const { stage } = friendship;
    const { alice, bob } = await friendship.begin();
    await stage.until(alice.stop());
    await stage.clock.advance(4 * 1_008_000);
    const carol = await friendship.node("carol");
    await stage.start(carol);
    const again = await friendship.reader();
    expect(places(again)).toContain(bob.id);
    await stage.eventually(() => reaches(again, carol, "memory"), "a new friend is met");
    await stage.clock.advance(10_000);
    const order = places(again).filter((peer) => peer === bob.id || peer === carol.id);
    expect(order).toEqual(fading ? [carol.id, bob.id] : [bob.id, carol.id]);
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
