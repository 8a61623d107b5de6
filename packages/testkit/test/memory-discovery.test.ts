import { isPlugin, type PluginContext, type Sighting } from "@swarm-space/core";
import { describe, expect, test } from "vitest";
import {
  MemoryDiscovery,
  MemoryNetwork,
  MemoryTransport,
  memoryPlugin,
  SeededRandom,
  VirtualClock,
} from "../src/index.ts";
import { never, opened, turns } from "./pair.ts";

function watch(
  network: MemoryNetwork,
  name: string,
  o: Partial<ConstructorParameters<typeof MemoryDiscovery>[0]> = {},
) {
  const source = new MemoryDiscovery({ board: network.board, transport: "memory", name, swarmNetwork: "", ...o });
  const abort = new AbortController();
  const seen: Sighting[] = [];
  const done = (async () => {
    for await (const sighting of source.discover({ signal: abort.signal })) seen.push(sighting);
  })();
  return { source, seen, abort, done, peers: () => seen.map(({ peer }) => peer) };
}

describe("MemoryDiscovery", () => {
  test("sees those who are there and those who come, not itself, not other networks or transports", async () => {
    const network = new MemoryNetwork();
    await opened(network, "a", { peer: "pa" });
    await opened(network, "b", { peer: "pb" });
    const { seen, abort, done } = watch(network, "a");
    await turns();
    expect(seen).toEqual([{ peer: "pb", addresses: [{ transport: "memory", value: "b" }], source: "memory" }]);
    await opened(network, "c", { peer: "pc", rendezvous: "r" });
    await opened(network, "d", { peer: "pd", swarmNetwork: "elsewhere" });
    await opened(network, "e", { peer: "pe", id: "beta" });
    await turns();
    expect(seen.slice(1)).toEqual([
      { peer: "pc", addresses: [{ transport: "memory", value: "c", rendezvous: "r" }], source: "memory" },
    ]);
    abort.abort();
    await done;
    await opened(network, "f", { peer: "pf" });
    await turns();
    expect(seen).toHaveLength(2);
  });

  test("reports only the listed peers", async () => {
    const network = new MemoryNetwork();
    for (const name of ["p1", "p2", "p3"]) await opened(network, name, { peer: name });
    const some = watch(network, "self", { sees: ["p1", "p2"] });
    const others = watch(network, "self", { sees: (peer) => peer !== "p1" });
    await turns();
    expect([some.peers(), others.peers()]).toEqual([
      ["p1", "p2"],
      ["p2", "p3"],
    ]);
  });

  test("a node that closed is not seen; after an outage it is seen again", async () => {
    const network = new MemoryNetwork();
    const b = await opened(network, "b", { peer: "pb" });
    const c = await opened(network, "c", { peer: "pc" });
    await c.transport.close({ signal: never });
    const end = network.outage({ node: "b" });
    const { peers } = watch(network, "a");
    await turns();
    expect([peers(), b.transport.state]).toEqual([[], "error"]);
    end();
    await turns();
    expect(peers()).toEqual(["pb"]);
  });

  test("repeats what it sees by the clock, and leaves no timer", async () => {
    const network = new MemoryNetwork();
    await opened(network, "b", { peer: "pb" });
    const clock = new VirtualClock();
    const { peers, abort, done } = watch(network, "a", { clock, repeatMs: 1_000 });
    await clock.advance(2_500);
    expect(peers()).toEqual(["pb", "pb", "pb"]);
    abort.abort();
    await done;
    expect(clock.pending).toBe(0);
  });
});

describe("memoryPlugin", () => {
  const given = (plugin: ReturnType<typeof memoryPlugin>, id: string) => {
    const transports: MemoryTransport[] = [];
    const sources: MemoryDiscovery[] = [];
    const ignore = () => undefined;
    const context: PluginContext<Record<string, never>> = {
      self: { id, network: "test", sign: async () => new Uint8Array() },
      config: plugin.config.parse({}),
      provide(_port, value) {
        if (value instanceof MemoryTransport) transports.push(value);
        if (value instanceof MemoryDiscovery) sources.push(value);
      },
      use: () => [],
      clock: new VirtualClock(),
      random: new SeededRandom(1),
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      events: { emit: ignore, on: () => ignore },
    };
    plugin.setup(context);
    return { transports, sources };
  };

  test("one object serves many nodes; ids make different plugins of one node", async () => {
    const network = new MemoryNetwork();
    const alpha = memoryPlugin({ network, id: "alpha" });
    const beta = memoryPlugin({ network, id: "beta", discovery: false });
    expect([isPlugin(alpha), alpha.id, beta.id, memoryPlugin({ network }).id]).toEqual([
      true,
      "@swarm-space/testkit/memory-alpha",
      "@swarm-space/testkit/memory-beta",
      "@swarm-space/testkit/memory",
    ]);
    const one = given(alpha, "one");
    const two = given(alpha, "two");
    expect(given(beta, "one").sources).toEqual([]);
    for (const { transports } of [one, two]) await transports[0]?.open(() => undefined, { signal: never });
    const sightings = one.sources[0]?.discover({ signal: never });
    const first = await sightings?.[Symbol.asyncIterator]().next();
    expect(first?.value).toEqual({ peer: "two", addresses: [{ transport: "alpha", value: "two" }], source: "alpha" });
  });

  test.each(["", "A", "a b", "__proto__", "x".repeat(33)])("refuses the id %j", (id) => {
    expect(() => memoryPlugin({ network: new MemoryNetwork(), id })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  test("takes no options by config", () => {
    const plugin = memoryPlugin({ network: new MemoryNetwork() });
    expect(plugin.config.safeParse({ network: 1 }).success).toBe(false);
  });
});
