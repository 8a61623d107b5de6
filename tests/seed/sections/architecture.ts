import { ports } from "@swarm-space/core";
import { expect } from "vitest";
import type { HeadingBook } from "../support/heading-book.ts";
import { type HybridNode, type Place, untilRoad } from "../support/place.ts";

const coin = 100_000_000n;

/** The seed's figure: what stands in its boxes, at two real nodes. */
export function architecture({ heading }: HeadingBook, place: () => Place): void {
  const pair = async (network: string) => {
    // Its own relay's road left out, the second link is another transport's.
    const [anna, bert] = await place().pair({ network, integrated: { roads: ["direct"] } });
    const both = Promise.all([untilRoad(anna, "integrated/direct", "peerjs/direct"), untilRoad(anna, "gun/relay")]);
    await anna.swarm.connect(bert.swarm.id, { signal: AbortSignal.timeout(10_000) });
    await both;
    return { anna, bert };
  };
  const scores = ({ swarm }: HybridNode) =>
    [...swarm.getTransportStatus().health].map(([id, { reliability }]) => `${id} ${reliability}`);

  heading("## Architecture Diagram", ({ promise }) => {
    promise(
      [
        "Hybrid P2P Orchestrator",
        "Adaptive Routing Engine",
        "Learns transport reliability",
        "Automatic fallback",
        "Circuit breaker recovery",
        "Integrated Gun.js PeerJS",
        "Adapter Standalone (Legacy)",
        "(PRIMARY) (SECONDARY) (FALLBACK)",
        "WebRTC Gun PeerJS",
        "DataChannels Mesh Relay Cloud Signaling",
      ],
      async () => {
        const { anna, bert } = await pair("figure");
        expect(scores(anna).sort()).toEqual(["gun 0.8", "integrated 1", "peerjs 0.6"]);
        const ways = anna.swarm.explain(bert.swarm.id).ways.map(({ transport, road }) => `${transport}/${road}`);
        expect([...new Set(ways)].sort()).toEqual(["gun/relay", "integrated/direct", "peerjs/direct"]);
        const [first = "", second = ""] = anna.swarm.peers()[0]?.transports ?? [];
        expect(new Set([first, second]).size).toBe(2);
        const { guard, routes } = { guard: anna.swarm.get(ports.guard), routes: anna.swarm.get(ports.routes) };
        const way = { peer: bert.swarm.id, transport: "integrated", road: "direct", connected: false };
        for (let failure = 0; failure < 5; failure += 1) {
          guard.record({ kind: "refused", way });
          routes.record({ kind: "refused", way });
        }
        expect(scores(anna)).not.toContain("integrated 1");
        expect(guard.peek?.(way)).toMatchObject({ reason: "breaker open" });
        expect(await anna.chat.send(bert.swarm.id, { text: "all the same" })).toMatchObject({ status: "confirmed" });
      },
    );
    promise(
      [
        "Blockchain P2P Sync",
        "Syncs across ALL connected transports:",
        "Reward pool state",
        "Blockchain blocks",
        "Transaction pool",
        "Profile tokens",
      ],
      async () => {
        const { anna, bert } = await pair("figure-chain");
        await anna.chain.mine();
        await expect.poll(() => bert.chain.getStats().height, { timeout: 10_000 }).toBe(1);
        await anna.chain.donate(coin);
        await anna.chain.deployToken({ ticker: "ANNA", name: "Anna" });
        await expect.poll(() => bert.chain.getPending().length, { timeout: 10_000 }).toBe(2);
        await anna.chain.mine();
        await expect.poll(() => bert.chain.getStats().height, { timeout: 10_000 }).toBe(2);
        expect(bert.chain.getStats().tip).toBe(anna.chain.getStats().tip);
        expect(bert.chain.getRewardPool()).toEqual(anna.chain.getRewardPool());
        expect(bert.chain.getRewardPool()).toMatchObject({ contributions: 1n });
        expect(bert.chain.getToken("ANNA")).toMatchObject({ owner: anna.chain.account });
        const { perTransport } = anna.chain.getStats();
        const connected = anna.swarm.peers()[0]?.transports ?? [];
        expect(connected.length).toBeGreaterThanOrEqual(2);
        for (const id of connected) expect(perTransport[id]?.out, id).toBeGreaterThan(0);
      },
    );
  });
}
