import { ports, type SourceStatus } from "@swarm-space/core";
import { seedBootstrap } from "@swarm-space/discovery";
import { expect } from "vitest";
import { SignalClient } from "../../../packages/cli/test/peer-server/signal-client.ts";
import { RoomStage, sightingOf, ToldSource } from "../../../packages/discovery/test/room-stage.ts";
import type { HeadingBook } from "../support/heading-book.ts";
import { type HybridNode, type HybridNodeOptions, type Place, untilMet } from "../support/place.ts";

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
      await expect.poll(() => sources().map(({ id }) => id)).toEqual(cascade);
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
        const stable = await Promise.all(addresses.map((address) => SignalClient.open(server, address)));
        for (const each of stable) place().onEnd(() => each[Symbol.asyncDispose]());
        // Whom nobody told of anybody else: what the plugin has by default, and nothing of its own.
        const o = { integrated: false, gun: false, discovery: { bootstrap: undefined } } as const;
        const { swarm } = await place().node({ ...o, network: "stable" });
        await swarm.start();
        const offers = await Promise.all(stable.map((each) => each.hear(({ type }) => type === "OFFER")));
        expect(offers.map(({ src }) => src)).toEqual([swarm.id, swarm.id]);
        await swarm.stop();
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
      const told: ToldSource[] = [];
      const stage = await new RoomStage({
        options: { enough: 1 },
        sources: (clock) => {
          for (const id of ["peerjs", "gun", "webtorrent", "bootstrap"])
            told.push(new ToldSource(id, clock, id === "peerjs" ? [sightingOf(1)] : []));
          return told;
        },
      }).start();
      await stage.clock.advance(5_000);
      const asked = told.toSorted((one, other) => (one.asked[0] ?? 0) - (other.asked[0] ?? 0)).map(({ id }) => id);
      expect(asked).toEqual(cascade);
      await stage.stop();
    });
  });
}
