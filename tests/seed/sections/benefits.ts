import { ports } from "@swarm-space/core";
import { memoryPlugin } from "@swarm-space/testkit";
import { expect } from "vitest";
import { heard, Stage } from "../../acceptance/stage.ts";
import { ChainStage } from "../support/chain-stage.ts";
import type { HeadingBook } from "../support/heading-book.ts";
import { type Place, untilMet } from "../support/place.ts";
import { threeRoads } from "./resilience.ts";

const roads = ["integrated", "gun"];

/** "Benefits of Hybrid Architecture" and what stands under it. */
export function benefits({ heading }: HeadingBook, place: () => Place): void {
  heading("## Benefits of Hybrid Architecture", ({ whole }) => {
    whole("two of three transports fail, one after the other, in every order: each letter arrives, once", async () => {
      const ids = ["integrated", "gun", "peerjs"];
      const orders = ids.flatMap((first) => ids.filter((id) => id !== first).map((second) => [first, second]));
      for (const order of orders) {
        await using stage = new Stage(order.join());
        const { send, got } = await threeRoads(stage);
        await send("all are there");
        for (const transport of order) {
          stage.network.outage({ transport });
          await send(`without ${transport}`);
        }
        expect(got).toEqual(["all are there", ...order.map((transport) => `without ${transport}`)]);
      }
    });
  });

  heading("### 1. **Resilience**", ({ promise }) => {
    promise(
      [
        "Multiple connection paths to each peer",
        "Network survives individual transport failures",
        "Automatic fallback and recovery",
      ],
      async () => {
        await using stage = new Stage("benefit-1");
        const { one, other, send } = await threeRoads(stage);
        await send("first");
        await stage.clock.advance(5_000);
        const ways = () => one.explain(other.id).ways.map(({ transport, state }) => `${transport} ${state}`);
        expect(ways()).toEqual(["integrated carries", "gun standby", "peerjs open"]);
        const heal = stage.network.outage({ transport: "integrated" });
        const recovered = heard(one, "connection:open");
        // It begins with those that stand.
        recovered.length = 0;
        expect(await send("fallback")).toBe("gun");
        await stage.clock.advance(5_000);
        expect(new Set(recovered.map(({ transport }) => transport))).toEqual(new Set(["peerjs"]));
        heal();
        stage.network.outage({ transport: "peerjs" });
        await stage.eventually(
          () => recovered.some(({ transport }) => transport === "integrated"),
          "recovery",
          300_000,
        );
        expect(await send("recovered")).toMatch(/integrated|gun/);
      },
    );
  });

  heading("### 2. **Speed**", ({ promise }) => {
    promise(["Routes through fastest available transport", "Learns optimal paths over time"], async () => {
      await using stage = new Stage("benefit-2");
      stage.network.inject({ transport: "integrated" }, { latencyMs: 900 });
      const { send } = await threeRoads(stage, { reliability: { integrated: 1, gun: 1, peerjs: 0.6 } });
      const slow = stage.network.inject({ transport: "integrated" }, { latencyMs: 900 });
      const by: string[] = [];
      for (let letter = 0; letter < 20; letter += 1) {
        by.push(await send(`letter ${letter}`));
        await stage.clock.advance(2_000);
      }
      expect(by.slice(-5)).toEqual(Array(5).fill("gun"));
      slow();
    });
    promise(["Parallel attempts across transports"], async () => {
      await using stage = new Stage("parallel");
      for (const transport of ["integrated", "gun"]) stage.network.inject({ transport }, { dial: "hang" });
      const roads = () =>
        ["integrated", "gun", "peerjs"].map((id) => ({
          plugin: memoryPlugin({ network: stage.network, id }),
          options: {},
        }));
      const [one, other] = [await stage.node("one", roads()), await stage.node("other", roads())];
      const startedAt = stage.clock.now();
      await stage.start();
      await stage.eventually(() => one.peers().length === 1, "connected");
      // The first two say nothing for as long as they are dialled; the third is not kept waiting for their end.
      expect(stage.clock.now() - startedAt).toBeLessThan(1_000);
      expect(one.peers()).toMatchObject([{ id: other.id, transports: ["peerjs"] }]);
    });
  });

  heading("### 3. **Compatibility**", ({ promise }) => {
    promise(["Works in restrictive network environments"], async () => {
      // Neither UDP nor any server but one relay, by a link that this node opened.
      const relay = await place().relay();
      const servers = { trackers: [], dhtBootstrap: [], peerServers: [], iceServers: [], gunRelays: [relay.url] };
      const o = { network: "restricted", servers, integrated: { roads: ["relay" as const] } };
      const [anna, bert] = await place().pair(o);
      expect(await untilMet(anna)).toBe(bert.swarm.id);
      const receipt = await anna.chat.send(bert.swarm.id, { text: "through" }, { ttlMs: 10_000 });
      expect(receipt.status).toBe("confirmed");
      expect(bert.heard.map(({ text }) => text)).toEqual(["through"]);
    });
    promise(["NAT traversal via multiple strategies"], async () => {
      const answered = async () => {
        const page = await (await fetch(`${place().healthUrl}health`)).json();
        return page.services.find(({ name }: { readonly name: string }) => name === "STUN").counts.answered;
      };
      const before = await answered();
      const [anna, bert] = await place().pair({ network: "strategies", integrated: { roads: ["direct"] } });
      await anna.swarm.connect(bert.swarm.id, { signal: AbortSignal.timeout(10_000) });
      const roads = anna.swarm.explain(bert.swarm.id).ways.map(({ transport, road }) => `${transport}/${road}`);
      expect(roads).toEqual(expect.arrayContaining(["integrated/direct", "gun/relay", "peerjs/direct"]));
      // Its own address as others see it, by STUN; and a relay for whom that is not enough.
      await expect.poll(answered, { timeout: 10_000 }).toBeGreaterThan(before);
    });
    promise(["Offline-first mesh relay"], async () => {
      const { swarm } = await place().node({ network: "mailboxes" });
      expect(
        swarm
          .get(ports.mailbox)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(["gun", "integrated"]);
    });
  });

  heading("### 4. **Blockchain Integrity**", ({ promise }) => {
    promise(["Blockchain data syncs across all transports", "Redundant sync paths prevent data loss"], async () => {
      await using play = new ChainStage();
      const [one, two] = await play.pair(...roads);
      await play.mine(one);
      await play.eventually(() => two.chain.getStats().height === 1, "in step");
      for (const transport of ["integrated", "gun"]) {
        const heal = play.network.outage({ transport });
        await play.until(one.chain.donate(1n));
        await play.mine(one);
        heal();
      }
      await play.eventually(() => two.chain.getStats().height === 3, "in step");
      expect(two.chain.getRewardPool()).toEqual(one.chain.getRewardPool());
      expect(two.chain.getRewardPool()).toMatchObject({ contributions: 2n });
    });
    promise(["Faster propagation via multiple routes"], async () => {
      const arrival = async (away: readonly string[]) => {
        await using play = new ChainStage();
        play.network.inject({ transport: "integrated" }, { latencyMs: 300 });
        play.network.inject({ transport: "gun" }, { latencyMs: 10 });
        const [one, two] = await play.pair(...roads);
        for (const transport of away) play.network.outage({ transport });
        await play.clock.advance(5_000);
        await play.mine(one);
        const minedAt = play.clock.now();
        await play.eventually(() => two.chain.getStats().height === 1, "in step");
        return play.clock.now() - minedAt;
      };
      expect(await arrival([])).toBeLessThan(await arrival(["gun"]));
    });
  });
}
