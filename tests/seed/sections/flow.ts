import { type PluginUse, ports, type Swarm, use } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect } from "vitest";
import * as z from "zod";
import { heard, Stage } from "../../acceptance/stage.ts";
import type { HeadingBook } from "../support/heading-book.ts";
import { type Place, roadsTo, talkUntil, untilRoad } from "../support/place.ts";
import { presetResilience } from "./resilience.ts";

const patient = { ttlMs: 20_000 };
const seedRoads = ["integrated", "gun", "peerjs"];

/** "Message Flow", step by step. */
export function flow({ heading }: HeadingBook, place: () => Place): void {
  heading("## Message Flow", ({ whole }) => {
    whole("what one sends, the other receives: once, from whom it says", async () => {
      await using stage = new Stage("flow");
      const roads = (): PluginUse[] => [use(memoryPlugin({ network: stage.network }))];
      const [one, other] = [await stage.node("one", roads()), await stage.node("other", roads())];
      const got: unknown[] = [];
      const lane = { name: "flow", schema: z.string() };
      other.channel(lane).onMessage((text, from) => void got.push([text, from]));
      await stage.start();
      await stage.until(one.channel(lane).send(other.id, "hello"));
      expect(got).toEqual([["hello", one.id]]);
    });
  });

  heading("### Sending a Message", ({ promise }) => {
    promise(
      [
        "User sends message",
        "Hybrid Orchestrator",
        "Try Integrated (reliability: 1.0)",
        "WebRTC DataChannel (if connected) ✅",
        "Gun relay (if WebRTC fails) ✅",
        "Try Gun Standalone (reliability: 0.8)",
        "Mesh relay ✅",
        "Try PeerJS (reliability: 0.6)",
        "Cloud-assisted WebRTC ✅",
      ],
      async () => {
        const [own, gun] = [await place().relay(), await place().relay()];
        const o = { integrated: { gunRelays: [own.url] }, gun: { relays: [gun.url] }, network: "sending" };
        const [anna, bert] = [await place().node(o), await place().node(o)];
        const reliability = (id: string) => anna.swarm.getTransportStatus().health.get(id)?.reliability;
        expect(seedRoads.map(reliability)).toEqual([1, 0.8, 0.6]);
        await Promise.all([anna.swarm.start(), bert.swarm.start()]);
        const send = async (text: string) => (await anna.chat.send(bert.swarm.id, { text }, patient)).transport;
        await talkUntil(anna, bert, "integrated/direct");
        expect(await send("WebRTC DataChannel")).toBe("integrated");
        for (const { channels } of [anna, bert]) channels.integrated.cut();
        expect(await send("Gun relay")).toBe("integrated");
        expect(roadsTo(anna, bert)).toContain("integrated/relay carries");
        await own.stop();
        expect(await send("Mesh relay")).toBe("gun");
        expect(reliability("integrated")).toBeLessThan(1);
        await gun.stop();
        expect(await send("Cloud-assisted WebRTC")).toBe("peerjs");
        expect(bert.heard.filter(({ text }) => !text.endsWith("?"))).toEqual([
          { text: "WebRTC DataChannel", by: "integrated" },
          { text: "Gun relay", by: "integrated" },
          { text: "Mesh relay", by: "gun" },
          { text: "Cloud-assisted WebRTC", by: "peerjs" },
        ]);
      },
      30_000,
    );
  });

  heading("### Receiving a Message", ({ promise }) => {
    promise(["Message arrives on ANY transport", "Hybrid Orchestrator"], async () => {
      for (const road of seedRoads) {
        await using stage = new Stage(road);
        const roads = () => seedRoads.map((id) => use(memoryPlugin({ network: stage.network, id })));
        const node = (name: string): Promise<Swarm> => stage.node(name, [presetResilience(), ...roads()]);
        const [one, other] = [await node("one"), await node("other")];
        const lane = { name: "any", schema: z.string() };
        const by: string[] = [];
        other.channel(lane).onMessage((_text, _from, { transport }) => void by.push(transport));
        for (const away of seedRoads.filter((id) => id !== road)) stage.network.outage({ transport: away });
        await stage.start();
        await stage.until(one.channel(lane).send(other.id, "hello"));
        expect(by).toEqual([road]);
      }
    });
    promise(["Deduplicate (same message from multiple transports)", "Deliver to handlers once"], async () => {
      const o = { network: "receiving", integrated: { roads: ["direct" as const] } };
      const [anna, bert] = await place().pair(o);
      const both = Promise.all([untilRoad(anna, "integrated/direct", "peerjs/direct"), untilRoad(anna, "gun/relay")]);
      await anna.swarm.connect(bert.swarm.id, { signal: AbortSignal.timeout(10_000) });
      await both;
      const doubled = heard(bert.swarm, "message:duplicate");
      const texts = Array.from({ length: 20 }, (_, at) => `letter ${at}`);
      for (const text of texts) await anna.chat.send(bert.swarm.id, { text }, { ...patient, delivery: "all" });
      expect(bert.heard.map(({ text }) => text)).toEqual(texts);
      expect(doubled.length).toBeGreaterThan(0);
      expect(anna.swarm.get(ports.transport)).toHaveLength(3);
    });
  });
}
