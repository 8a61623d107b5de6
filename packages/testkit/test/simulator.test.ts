import { use } from "@swarm-space/core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { media, memoryPlugin, type SimulationOptions, simulate, type World } from "../src/index.ts";

const note = { name: "note", schema: z.object({ n: z.number() }) };

/** Three nodes, two transports, letters in a ring, faults from the seed. */
async function ring(world: World): Promise<void> {
  const channels = world.nodes.map((node) => node.open(note));
  await world.startAll();
  await world.eventually(() => world.nodes.every((node) => node.swarm.peers().length === 2), "all meet", 30_000);
  world.network.inject({}, world.random.pick([media.lan, media.wifi, media.broadband]) ?? {});
  const receipts: Promise<unknown>[] = [];
  for (let n = 0; n < 60; n++) {
    const from = world.random.integer(3);
    const to = world.nodes[(from + 1 + world.random.integer(2)) % 3];
    const sent = channels[from]?.send(to?.id ?? "", { n });
    if (sent !== undefined) receipts.push(sent);
    if (n % 10 === 5) {
      world.network.drop({ transport: "alpha" });
      world.sometimes("a transport dropped");
    }
    await world.advance(world.random.integer(50));
  }
  await world.until(Promise.all(receipts));
  const seen = world.nodes.flatMap((node) => node.deliveries.map(({ message }) => note.schema.parse(message).n));
  world.always(new Set(seen).size === 60, "every letter arrived");
  world.always(seen.length === 60, "no letter arrived twice");
}

function run(seed: number, o: Partial<SimulationOptions> = {}) {
  return simulate({
    seed,
    nodes: 3,
    plugins: ({ network }) => [use(memoryPlugin({ network, id: "alpha" })), use(memoryPlugin({ network, id: "beta" }))],
    scenario: ring,
    ...o,
  });
}

describe("simulate", () => {
  test("a seed replays to the last line, another seed is another run", async () => {
    const first = await run(1);
    const again = await run(1);
    expect(again.trace).toEqual(first.trace);
    expect(again.hash).toBe(first.hash);
    expect((await run(2)).hash).not.toBe(first.hash);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("faults bit, letters arrived, nothing is left behind", async () => {
    const report = await run(3);
    expect(report.network.connectionsLost).toBeGreaterThan(0);
    expect(report.reached.get("a transport dropped")).toBe(6);
    expect(report.events.get("connection:open")).toBeGreaterThan(0);
    expect(report.trace.filter((line) => / letter /.test(line))).toHaveLength(60);
    expect(report.timersLeft).toBe(0);
  });

  test("virtual time is free: a day passes in a moment", async () => {
    const report = await run(4, { scenario: (world) => world.advance(86_400_000) });
    expect(report.virtualMs).toBeGreaterThanOrEqual(86_400_000);
  });

  test("a failing seed prints the command that replays it, and the nodes are stopped all the same", async () => {
    let stopped: readonly string[] = [];
    const failing = run(5, {
      replayCommand: (seed) => `npm run sim -- --only ${seed}`,
      scenario: async (world) => {
        await world.startAll();
        stopped = world.nodes.map((node) => node.swarm.state);
        await world.eventually(() => false, "the impossible", 1_000);
      },
    });
    await expect(failing).rejects.toMatchObject({
      code: "SIMULATION_FAILED",
      message: expect.stringMatching(/seed 5.*the impossible\nreplay: npm run sim -- --only 5/),
      detail: { seed: "5", hash: expect.stringMatching(/^[0-9a-f]{64}$/), tail: expect.any(Array) },
    });
    expect(stopped).toHaveLength(3);
  });

  test("until gives up on what never settles, and passes a rejection on", async () => {
    await run(6, {
      nodes: ["one"],
      scenario: async (world) => {
        const never = world.until(new Promise(() => undefined), 500);
        await expect(never).rejects.toMatchObject({ code: "SIMULATION_FAILED" });
        await expect(world.until(Promise.reject(new Error("planted")))).rejects.toThrow("planted");
        expect(() => world.node("two")).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
        expect(world.node("one").swarm.state).toBeTypeOf("string");
      },
    });
  });

  test.each([0, [["a", "a"]][0]])("refuses the nodes %j", async (nodes) => {
    await expect(run(7, { nodes: nodes ?? 0 })).rejects.toMatchObject({ code: "SIMULATION_FAILED" });
  });

  test("the scenario's failure is told, not that of the stop after it", async () => {
    const failing = run(8, {
      stopWithinMs: 1,
      scenario: async (world) => {
        await world.startAll();
        for (const node of world.nodes)
          Object.defineProperty(node.swarm, "stop", { value: () => new Promise(() => undefined) });
        throw new Error("planted");
      },
    });
    await expect(failing).rejects.toThrow("planted");
  });
});

describe("faults reach the shipped kernel", () => {
  /** A letter under a fault of alpha: which transport carried it in the end. */
  async function carriedUnder(inject: (world: World) => void): Promise<string> {
    let transport = "";
    await run(9, {
      nodes: 2,
      scenario: async (world) => {
        const [channel] = world.nodes.map((node) => node.open(note));
        await world.startAll();
        const met = () => world.nodes.every((node) => node.swarm.peers()[0]?.transports.length === 2);
        await world.eventually(met, "both transports connect", 30_000);
        inject(world);
        const receipt = await world.until(
          channel?.send(world.node("n1").id, { n: 1 }) ?? Promise.reject(new Error("no channel")),
        );
        world.always(world.node("n1").deliveries.length === 1, "delivered once");
        transport = receipt.transport;
      },
    });
    return transport;
  }

  test.each([{}, { blackhole: true }, { stall: true }, { failSends: true }])("alpha with %j", async (faults) => {
    const alone = await carriedUnder((world) => world.network.inject({ transport: "beta" }, faults));
    const other = await carriedUnder((world) => world.network.inject({ transport: "alpha" }, faults));
    if (Object.keys(faults).length === 0) expect(alone).toBe(other);
    else expect([alone, other]).toEqual(["alpha", "beta"]);
  });

  test("a transport that is never ready holds no start up", async () => {
    await run(10, {
      nodes: 2,
      plugins: ({ network }) => {
        network.inject({ transport: "alpha" }, { open: "hang" });
        return [use(memoryPlugin({ network, id: "alpha" })), use(memoryPlugin({ network, id: "beta" }))];
      },
      scenario: async (world) => {
        await world.startAll();
        const met = () => world.nodes.every((node) => node.swarm.peers()[0]?.transports.join() === "beta");
        await world.eventually(met, "they meet over beta", 30_000);
      },
    });
  });
});
