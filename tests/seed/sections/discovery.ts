import { definePlugin, type PluginUse, ports, type SourceStatus, use } from "@swarm-space/core";
import discoveryPlugin, { seedBootstrap } from "@swarm-space/discovery";
import { expect } from "vitest";
import * as z from "zod";
import { Stage } from "../../acceptance/stage.ts";
import type { HeadingBook } from "../support/heading-book.ts";
import { type HybridNode, type HybridNodeOptions, type Place, untilMet } from "../support/place.ts";
import { StablePeer } from "../support/stable-peer.ts";

const cascade = ["bootstrap", "webtorrent", "gun", "peerjs"];

const sourcesOf = ({ swarm }: HybridNode): readonly SourceStatus[] => swarm.get(ports.discovery).status().sources;

/** Two that can hear of each other in one way alone. @returns which sources told them */
async function meetBy(place: Place, one: HybridNodeOptions, other = one): Promise<readonly string[]> {
  const [bert, anna] = [await place.node(other), await place.node(one)];
  await bert.swarm.start();
  const met = untilMet(anna);
  await anna.swarm.start();
  expect(await met).toBe(bert.swarm.id);
  const told = [anna, bert].flatMap(sourcesOf).filter(({ found }) => found > 0);
  return [...new Set(told.map(({ id }) => id))];
}

/** "Bootstrap & Discovery" and what stands under it. */
export function discovery({ heading }: HeadingBook, place: () => Place): void {
  heading("## Bootstrap & Discovery", ({ whole }) => {
    whole("the preset's sources, in the seed's order", async () => {
      const { swarm } = await place().node({ network: "sources", discovery: { bootstrap: [...seedBootstrap] } });
      await swarm.start();
      // They are asked once the transports are open.
      const sources = () => swarm.get(ports.discovery).status().sources;
      // Integrated and Gun both bring the sightings of Gun's relays.
      await expect.poll(() => [...new Set(sources().map(({ id }) => id))]).toEqual(cascade);
      await swarm.stop();
    });
  });

  heading("### Auto-Connect Peer List", ({ promise }) => {
    const addresses = ["peer-c99d22420d76-mhjpqwnr-9n02yin", "peer-fc6ea1c770f8-mhjpq7fc-trrbbig"];
    promise(
      ["Hardcoded stable peers bootstrap the network:", ...addresses.map((address) => `\`${address}\``)],
      async () => {
        expect(seedBootstrap).toEqual(addresses);
        const [server = ""] = place().servers.peerServers;
        const stable = await Promise.all(addresses.map((address) => StablePeer.open(server, address)));
        for (const each of stable) place().onEnd(() => each.close());
        // Whom nobody told of anybody else: what the plugin has by default, and nothing of its own.
        const o = { integrated: false, gun: false, discovery: { bootstrap: undefined } } as const;
        const { swarm } = await place().node({ ...o, network: "stable" });
        await swarm.start();
        await Promise.all(stable.map((each) => each.dialledBy(swarm.id)));
      },
    );
  });

  heading("### Discovery Cascade", ({ promise, whole }) => {
    promise(
      [
        "**Bootstrap Registry**: Try known stable peers",
        "**WebTorrent DHT**: Discover peers in swarm",
        "**Gun Mesh**: Discover peers via relay network",
        "**PeerJS Cloud**: Discover peers via signaling server",
      ],
      async () => {
        const known = { network: "known", integrated: false, gun: false } as const;
        const hidden = { listPeers: false, rendezvous: { slots: 0 } };
        const stable = await place().node({ ...known, peerjs: hidden });
        await stable.swarm.start();
        const newcomer = await place().node({ ...known, peerjs: hidden, discovery: { bootstrap: [stable.swarm.id] } });
        const met = untilMet(newcomer);
        const silent = { trackers: [], presence: { announce: false } };
        const [, ...sources] = await Promise.all([
          newcomer.swarm.start(),
          meetBy(place(), { network: "by-dht", integrated: silent, gun: false, peerjs: false }),
          meetBy(place(), { network: "by-gun", integrated: false, peerjs: false }),
          meetBy(place(), { network: "by-peerjs", integrated: false, gun: false }),
        ]);
        expect(await met).toBe(stable.swarm.id);
        expect(sources).toEqual([["webtorrent"], ["gun"], ["peerjs"]]);
        expect(sourcesOf(newcomer).find(({ id }) => id === "bootstrap")?.found).toBe(1);
      },
    );
    whole("one after the other, in this order", async () => {
      await using stage = new Stage("cascade");
      const asked: string[] = [];
      const sources = ["peerjs", "gun", "webtorrent", "bootstrap"].map((id) => sourceThatTells(id, asked));
      const node = await stage.node("node", [use(discoveryPlugin, { bootstrap: [] }), ...sources]);
      await stage.start();
      await stage.clock.advance(5_000);
      expect(asked).toEqual(cascade);
      expect(node.peers()).toEqual([]);
    });
  });
}

/** A source that finds nobody, and tells when it is asked. */
function sourceThatTells(id: string, asked: string[]): PluginUse {
  return use(
    definePlugin({
      id: `swarm-space-test/${id}`,
      api: 1,
      config: z.strictObject({}),
      provides: [ports.discoverySource],
      setup({ provide }) {
        provide(ports.discoverySource, {
          id,
          async *discover({ signal }) {
            asked.push(id);
            await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          },
        });
      },
    }),
  );
}
