import { getBlockchainSync } from "@swarm-space/chain-sync";
import { checkPluginUses, createSwarm, ports } from "@swarm-space/core";
import { createHybridSwarm, hybridPlugins } from "@swarm-space/hybrid";
import { getConnectionResilience, type ResilienceConfig, resilienceConfig } from "@swarm-space/resilience";
import { expect, vi } from "vitest";
import * as z from "zod";
import type { HeadingBook } from "../support/heading-book.ts";
import type { Place } from "../support/place.ts";
import type { CompiledBlocks } from "../support/run-blocks.ts";

/** What the block under a heading writes to the console, and what it makes. */
async function told(blocks: CompiledBlocks, title: string, given: unknown) {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const made = await blocks.run(title, given);
    return { made, said: log.mock.calls.map(([first]: readonly unknown[]) => first) };
  } finally {
    log.mockRestore();
  }
}

/** "Configuration" and "Monitoring": each of the seed's blocks of code, compiled and run. */
export function configuration({ heading }: HeadingBook, place: () => Place, blocks: () => CompiledBlocks): void {
  heading("## Configuration", ({ whole }) => {
    whole("every block of the seed compiles as a module of a user of the preset", () => {
      expect(blocks().complaints).toBe("");
    });
  });

  heading("### Enable Hybrid Mode", ({ promise }) => {
    promise(["Already enabled by default in the application."], async () => {
      await using swarm = await createHybridSwarm({ data: await place().folder() });
      expect(
        swarm
          .get(ports.transport)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(["gun", "integrated", "peerjs"]);
      expect(getConnectionResilience(swarm).getStats().totalBreakers).toBe(0);
      expect(getBlockchainSync(swarm).getStats().interval).toBe(120_000);
    });
  });

  heading("### Adjust Transport Priorities", ({ promise }) => {
    promise(
      [
        "Modify `transportReliability` in `HybridOrchestrator`:",
        "private transportReliability = new Map<TransportPriority, number>([",
      ],
      async () => {
        const reliability = z
          .record(z.string(), z.number())
          .parse(await blocks().run("### Adjust Transport Priorities"));
        expect(reliability).toEqual({ integrated: 1, gun: 0.8, peerjs: 0.6 });
        // Modified: the last is made the first.
        const first = async (options: ResilienceConfig) => {
          await using swarm = await createSwarm({ plugins: hybridPlugins({ store: false, resilience: options }) });
          const peer = "a".repeat(52);
          const ways = Object.keys(reliability).map((transport) => ({ peer, transport, road: "x", connected: true }));
          const [best] = swarm.get(ports.routes).rank(ways, peer);
          return [swarm.getTransportStatus().primary, best?.transport];
        };
        expect(await first({ reliability })).toEqual(["integrated", "integrated"]);
        expect(await first({ reliability: { ...reliability, peerjs: 1, integrated: 0.6 } })).toEqual([
          "peerjs",
          "peerjs",
        ]);
      },
    );
  });

  heading("### Configure Circuit Breakers", ({ promise }) => {
    promise(["Adjust in `ConnectionResilience`:", "const config: ResilienceConfig = {"], async () => {
      const config = resilienceConfig.parse(await blocks().run("### Configure Circuit Breakers"));
      const seeds: ResilienceConfig = {
        failureThreshold: 5,
        openStateTimeout: 60_000,
        halfOpenSuccessThreshold: 3,
        maxBackoffMs: 300_000,
        baseBackoffMs: 1_000,
      };
      expect(config).toMatchObject(seeds);
      const [byDefault] = checkPluginUses(hybridPlugins().filter(({ plugin }) => plugin.id.endsWith("/resilience")));
      expect(byDefault?.options).toMatchObject(seeds);
      // Adjusted: the first failure opens.
      const adjusted = { ...seeds, failureThreshold: 1 };
      await using swarm = await createSwarm({ plugins: hybridPlugins({ store: false, resilience: adjusted }) });
      const peer = "a".repeat(52);
      swarm
        .get(ports.guard)
        .record({ kind: "refused", way: { peer, transport: "gun", road: "relay", connected: false } });
      expect(getConnectionResilience(swarm).getStats().openBreakers).toBe(1);
    });
  });

  heading("## Monitoring", ({ whole }) => {
    whole("one node tells of its transports, breakers and chain at any time, started or not", async () => {
      const { swarm, chain } = await place().node({ network: "monitoring" });
      const tell = () => [
        swarm.getTransportStatus().primary,
        getConnectionResilience(swarm).getStats().openBreakers,
        chain.getStats().isRunning,
      ];
      expect(tell()).toEqual(["integrated", 0, false]);
      await swarm.start();
      expect(tell()).toEqual(["integrated", 0, true]);
      await swarm.stop();
      expect(tell()).toEqual(["integrated", 0, false]);
    });
  });

  heading("### Transport Health", ({ promise }) => {
    promise(["Check current transport status:", "const status = orchestrator.getTransportStatus();"], async () => {
      const { swarm } = await place().node({ network: "health" });
      await swarm.start();
      const { made, said } = await told(blocks(), "### Transport Health", swarm);
      expect(said[0]).toBe("integrated");
      expect(said[1]).toBeInstanceOf(Map);
      const { health } = swarm.getTransportStatus();
      expect(said[1]).toEqual(health);
      expect(made).toEqual(swarm.getTransportStatus());
      for (const id of ["integrated", "gun", "peerjs"]) {
        expect(health.get(id)).toMatchObject({
          transport: id,
          status: { state: expect.stringMatching(/ready|active/), lastError: null },
          connectedPeers: 0,
          failureCount: 0,
        });
      }
      await swarm.stop();
    });
  });

  heading("### Circuit Breaker Stats", ({ promise }) => {
    promise(["const resilience = getConnectionResilience();"], async () => {
      const { swarm } = await place().node({ network: "breakers" });
      const read = async () => (await told(blocks(), "### Circuit Breaker Stats", swarm)).said;
      expect(await read()).toEqual(["Open breakers: 0"]);
      const way = { peer: "a".repeat(52), transport: "gun", road: "relay", connected: false };
      for (let failure = 0; failure < 5; failure += 1) swarm.get(ports.guard).record({ kind: "refused", way });
      expect(await read()).toEqual(["Open breakers: 1"]);
    });
  });

  heading("### Blockchain Sync Status", ({ promise }) => {
    promise(["const syncStats = blockchainSync.getStats();"], async () => {
      const { swarm, chain } = await place().node({ network: "chain-status" });
      const read = async () => (await told(blocks(), "### Blockchain Sync Status", chain)).said;
      expect(await read()).toEqual(["Sync running: false"]);
      await swarm.start();
      expect(await read()).toEqual(["Sync running: true"]);
      await swarm.stop();
    });
  });
}
