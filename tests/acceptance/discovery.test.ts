import { createSwarm, definePlugin, ports, SwarmError, type Transport, use } from "@swarm-space/core";
import discovery, { seedBootstrap } from "@swarm-space/discovery";
import { MemoryNetwork, memoryPlugin } from "@swarm-space/testkit";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** The step by step of it, 22 and the ablations are in the plugin's own `acceptance.test.ts`. */
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
