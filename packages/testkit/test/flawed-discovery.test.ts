import type { Address } from "@swarm-space/core";
import {
  type DiscoveryHarness,
  discoveryChecks,
  type FlawedDiscoverySource,
  flawedDiscoverySources,
  runDiscoveryCheck,
  spoilDiscoverySource,
} from "@swarm-space/testkit/conformance";
import { describe, expect, it } from "vitest";
import { MemoryDiscovery, MemoryNetwork, MemoryTransport } from "../src/index.ts";

const { signal } = new AbortController();

function harness(flawed?: FlawedDiscoverySource): DiscoveryHarness {
  const network = new MemoryNetwork();
  const peers: string[] = [];
  return {
    async open() {
      const peer = String.fromCharCode(98 + peers.length)
        .repeat(51)
        .concat("a");
      peers.push(peer);
      const transport = new MemoryTransport({ network, name: peer, peer });
      await transport.open(() => undefined, { signal });
      const o = { board: network.board, transport: "memory", name: peer, swarmNetwork: "" };
      const sound = new MemoryDiscovery(o);
      return {
        peer,
        source: flawed === undefined ? sound : spoilDiscoverySource(sound, flawed),
        addresses: () => transport.addresses(),
        close: () => transport.close({ signal }),
      };
    },
    crowd(count) {
      for (let at = 0; at < count; at++) network.board.renewAll("memory", peers[at % peers.length] ?? "");
    },
    limits: { patienceMs: flawed === undefined ? 10_000 : 150, settleMs: 20 },
    dispose: () => undefined,
  };
}

describe("the discovery suite", () => {
  it.each(flawedDiscoverySources)("is red on a source that $flaw", async (flawed) => {
    const check = discoveryChecks.find(({ promise }) => promise === flawed.caughtBy);
    expect(check, `a check of the name "${flawed.caughtBy}"`).toBeDefined();
    if (check === undefined) return;
    await expect(runDiscoveryCheck(check, () => harness(flawed))).rejects.toThrow();
    await runDiscoveryCheck(check, () => harness());
  });

  it("takes a source that tells ids alone, and is red where it makes an address up", async () => {
    const check = discoveryChecks.find(({ promise }) => promise.endsWith("at the addresses it has"));
    if (check === undefined) throw new Error("there is such a check");
    const telling = (addresses: readonly Address[]): DiscoveryHarness => {
      const spoil: FlawedDiscoverySource["spoil"] = (sound) => ({
        async *discover(o) {
          for await (const sighting of sound.discover(o)) yield { ...sighting, addresses };
        },
      });
      const sound = harness({ flaw: "", caughtBy: "", spoil });
      return { ...sound, open: async () => ({ ...(await sound.open()), addresses: () => [] }) };
    };
    await runDiscoveryCheck(check, () => telling([]));
    await expect(runDiscoveryCheck(check, () => telling([{ transport: "memory", value: "made up" }]))).rejects.toThrow(
      "addresses of who has none",
    );
  });

  it("has at least 15 checks, and its zoo at least 4 flaws, each of its own name", () => {
    expect(discoveryChecks.length).toBeGreaterThanOrEqual(15);
    expect(new Set(discoveryChecks.map(({ promise }) => promise)).size).toBe(discoveryChecks.length);
    expect(flawedDiscoverySources.length).toBeGreaterThanOrEqual(4);
    expect(new Set(flawedDiscoverySources.map(({ flaw }) => flaw)).size).toBe(flawedDiscoverySources.length);
  });
});
