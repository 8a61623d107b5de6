import { ports } from "@swarm-space/core";
import { hybridPlugins } from "@swarm-space/hybrid";
import { expect } from "vitest";
import type { HeadingBook } from "../support/heading-book.ts";
import { type Place, roadsTo, talkUntil, untilMet } from "../support/place.ts";

const soon = { ttlMs: 10_000 };

/** From the title to "Architecture Diagram". */
export function technology({ heading }: HeadingBook, place: () => Place): void {
  heading("# Hybrid P2P Transport Architecture", ({ whole }) => {
    whole("one swarm of three transports", async () => {
      const { swarm } = await place().node({ network: "title" });
      const ids = swarm.get(ports.transport).map(({ id }) => id);
      expect(ids.sort()).toEqual(["gun", "integrated", "peerjs"]);
    });
  });

  heading("## Overview", ({ promise }) => {
    const text =
      "The Swarm Space network now uses a **hybrid multi-transport architecture** that combines multiple P2P technologies working in tandem for maximum resilience, connectivity, and blockchain synchronization.";
    promise([text], async () => {
      const [anna, bert] = await place().pair({ network: "overview" });
      expect(await anna.chat.send(bert.swarm.id, { text: "hello" }, soon)).toMatchObject({ status: "confirmed" });
      const { health, totalPeers } = anna.swarm.getTransportStatus();
      expect(totalPeers).toBe(1);
      for (const id of ["integrated", "gun", "peerjs"])
        expect(health.get(id)?.status.state, id).toMatch(/ready|active/);
      const mined = await anna.chain.mine();
      await expect.poll(() => bert.chain.getStats().height, { timeout: 10_000 }).toBe(1);
      expect(await bert.chain.getBlock(1)).toEqual(mined);
    });
  });

  heading("## Technology Stack", ({ whole }) => {
    whole("three layers in the order of their reliability", async () => {
      const { swarm } = await place().node({ network: "stack" });
      const { primary, health } = swarm.getTransportStatus();
      expect(primary).toBe("integrated");
      const layers = [...health.values()].sort((one, other) => other.reliability - one.reliability);
      expect(layers.map(({ transport }) => transport)).toEqual(["integrated", "gun", "peerjs"]);
    });
  });

  heading("### Primary Layer: Integrated Adapter", ({ promise }) => {
    const alone = { gun: false, peerjs: false } as const;
    promise(
      [
        "**Components:** WebTorrent DHT + Gun.js + WebRTC DataChannels",
        "**WebTorrent DHT**: Peer discovery via distributed hash table",
        "**Advantages:**",
        "Zero-config peer discovery",
      ],
      async () => {
        // Neither an address nor a tracker, and at the relay nobody says that he is there.
        const integrated = { trackers: [], presence: { announce: false } };
        const [anna, bert] = await place().pair({ ...alone, network: "dht", integrated });
        expect(await untilMet(anna)).toBe(bert.swarm.id);
        const told = [anna, bert].flatMap(({ swarm }) => swarm.get(ports.discovery).status().sources);
        const found = told.filter((source) => source.found > 0).map(({ id }) => id);
        expect(new Set(found)).toEqual(new Set(["webtorrent"]));
      },
    );
    promise(
      [
        "**Gun.js**: Decentralized signaling and mesh relay",
        "**WebRTC**: Direct peer-to-peer data channels",
        "Mesh relay for NAT traversal",
        "Direct P2P when possible, relay when needed",
      ],
      async () => {
        const relay = await place().relay();
        const [anna, bert] = await place().pair({
          ...alone,
          network: "direct",
          integrated: { gunRelays: [relay.url] },
        });
        const opened: string[] = [];
        anna.swarm.on("connection:open", ({ road }) => void opened.push(road));
        await anna.chat.send(bert.swarm.id, { text: "begins at the relay" }, soon);
        expect(opened[0]).toBe("relay");
        await talkUntil(anna, bert, "integrated/direct");
        for (const { channels } of [anna, bert]) channels.integrated.cut();
        expect(await anna.chat.send(bert.swarm.id, { text: "relayed" }, soon)).toMatchObject({ status: "confirmed" });
        expect(roadsTo(anna, bert)).toContain("integrated/relay carries");
        expect(bert.heard.at(-1)).toEqual({ text: "relayed", by: "integrated" });
      },
    );
  });

  heading("### Secondary Layer: Gun.js Standalone", ({ promise }) => {
    promise(
      [
        "**Pure mesh relay network**",
        "Always-on fallback relay",
        "Offline-first data synchronization",
        "**Advantages:**",
        "Extremely resilient",
        "No signaling server dependency",
      ],
      async () => {
        // Beside each other: both wait.
        await Promise.all([meshed(place()), whileAway(place())]);
      },
    );
    promise(["Works even when WebRTC fails", "Works across difficult NAT scenarios"], async () => {
      const node = () => place().node({ network: "no-webrtc", integrated: { roads: ["direct"] } });
      const [anna, bert] = [await node(), await node()];
      for (const { channels } of [anna, bert]) for (const each of Object.values(channels)) each.cut();
      await Promise.all([anna.swarm.start(), bert.swarm.start()]);
      expect(await anna.chat.send(bert.swarm.id, { text: "by Gun" }, soon)).toMatchObject({ transport: "gun" });
      expect(bert.heard).toEqual([{ text: "by Gun", by: "gun" }]);
    });
  });

  heading("### Tertiary Layer: PeerJS (Legacy Fallback)", ({ promise }) => {
    promise(
      [
        "**Cloud-assisted WebRTC signaling**",
        "Maintained for backward compatibility",
        "Stable fallback when mesh is unavailable",
        "Zero-config cloud signaling",
      ],
      async () => {
        const gone = await place().relay();
        await gone.stop();
        const o = {
          integrated: { gunRelays: [gone.url], openTimeoutMs: 100 },
          gun: { relays: [gone.url], openTimeoutMs: 100 },
        };
        const [anna, bert] = await place().pair({ ...o, network: "fallback" });
        expect(await anna.chat.send(bert.swarm.id, { text: "by PeerJS" }, soon)).toMatchObject({ transport: "peerjs" });
        expect(roadsTo(anna, bert)).toContain("peerjs/direct carries");
        expect(anna.swarm.getTransportStatus().health.get("gun")?.status.state).toMatch(/degraded|error/);
        expect(hybridPlugins().map(({ plugin }) => plugin.id)).toContain("@swarm-space/transport-peerjs");
      },
    );
  });
}

/** Two at relays that know each other; one of the relays goes away. */
async function meshed(place: Place): Promise<void> {
  const [first, spare] = [await place.relay(), await place.relay()];
  const far = await place.relay(first.url, spare.url);
  const o = { network: "mesh", integrated: false, peerjs: false } as const;
  const anna = await place.node({ ...o, gun: { relays: [first.url, spare.url] } });
  const bert = await place.node({ ...o, gun: { relays: [far.url] } });
  await Promise.all([anna.swarm.start(), bert.swarm.start()]);
  expect(await anna.chat.send(bert.swarm.id, { text: "over two relays" }, soon)).toMatchObject({
    status: "confirmed",
    transport: "gun",
  });
  await first.stop();
  await anna.chat.send(bert.swarm.id, { text: "over the other" }, soon);
  await expect
    .poll(() => bert.heard.map(({ text }) => text), { timeout: 10_000 })
    .toEqual(["over two relays", "over the other"]);
}

/** A letter for one who is away, by one who is away when the other comes. */
async function whileAway(place: Place): Promise<void> {
  const o = { network: "offline", integrated: false, peerjs: false } as const;
  const anna = await place.node(o);
  const bert = await place.node({ ...o, data: await place.folder() });
  await Promise.all([anna.swarm.start(), bert.swarm.start()]);
  await anna.chat.send(bert.swarm.id, { text: "they know each other" }, soon);
  await bert.swarm.stop();
  const receipt = await anna.chat.send(bert.swarm.id, { text: "while you were away" }, { ttlMs: 60_000 });
  expect(receipt).toMatchObject({ status: "relayed" });
  await anna.swarm.stop();
  await bert.swarm.start();
  await expect.poll(() => bert.heard.at(-1)?.text, { timeout: 10_000 }).toBe("while you were away");
}
