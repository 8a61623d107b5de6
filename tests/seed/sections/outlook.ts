import { readdir, readFile } from "node:fs/promises";
import { type Channel, use } from "@swarm-space/core";
import { media, memoryPlugin, SeededRandom } from "@swarm-space/testkit";
import { expect } from "vitest";
import * as z from "zod";
import { Stage } from "../../acceptance/stage.ts";
import { ChainStage, type Member } from "../support/chain-stage.ts";
import type { HeadingBook } from "../support/heading-book.ts";

const rounds = 8;
const lane = { name: "outlook", schema: z.string() };
/** Media of the seed's open boxes, as a third party's transport would declare them. */
const future = [
  { id: "webrtc-mesh", faults: media.broadband, capabilities: { direct: false } },
  { id: "ipfs", faults: media.mobile, capabilities: { direct: false, latencyClassMs: 500 } },
  { id: "tor", faults: { latencyMs: 400 }, capabilities: { direct: false, latencyClassMs: 800 } },
  { id: "satellite", faults: media.satellite, capabilities: { latencyClassMs: 600 } },
  { id: "bluetooth", faults: { latencyMs: 40, bytesPerSecond: 50_000 }, capabilities: { maxFrameBytes: 2_048 } },
];

/** The boxes that the seed leaves open, and its last word. */
export function outlook({ heading }: HeadingBook): void {
  heading("## Future Enhancements", ({ promise }) => {
    promise(
      [
        "WebRTC mesh routing (relay via connected peers)",
        "IPFS integration for content distribution",
        "Tor/I2P transport layer for privacy",
        "Satellite mesh for offline-first rural connectivity",
        "Bluetooth mesh for local device clustering",
      ],
      async () => {
        // None is promised, and none ships. Each would be one more transport beside the others: a plugin, and no change elsewhere.
        const seed = await readFile(new URL("../seed.txt", import.meta.url), "utf8");
        expect(seed.match(/^- \[ \] /gm)).toHaveLength(future.length);
        const packages = await readdir(new URL("../../../packages/", import.meta.url));
        const transports = packages.filter((name) => name.startsWith("transport-"));
        expect(transports.sort()).toEqual(["transport-gun", "transport-integrated", "transport-peerjs"]);
        for (const { id, faults, capabilities } of future) {
          await using stage = new Stage(id);
          stage.network.inject({ transport: id }, faults);
          const medium = () => [use(memoryPlugin({ network: stage.network, id, capabilities }))];
          const [one, other] = [await stage.node("one", medium()), await stage.node("other", medium())];
          const got: string[] = [];
          other.channel(lane).onMessage((text) => void got.push(text));
          const letters = one.channel(lane);
          await stage.start();
          const receipt = await stage.until(letters.send(other.id, "x".repeat(20_000), { ttlMs: 60_000 }), 120_000);
          expect(receipt).toMatchObject({ status: "confirmed", transport: id });
          expect(got.map((text) => text.length)).toEqual([20_000]);
        }
      },
    );
  });

  heading("## Conclusion", ({ promise }) => {
    const text =
      "The hybrid architecture provides **maximum resilience** by using all available P2P technologies in tandem, with intelligent routing, automatic fallback, and cross-transport blockchain synchronization. This ensures the Swarm Space network remains connected and functional even in challenging network conditions.";
    promise([text], async () => {
      const roads = ["integrated", "gun", "peerjs"];
      await using play = new ChainStage();
      const chance = new SeededRandom("conclusion");
      const members: { readonly member: Member; readonly letters: Channel<string>; readonly got: string[] }[] = [];
      for (let at = 0; at < 3; at += 1) {
        const member = await play.join(...roads);
        const got: string[] = [];
        const letters = member.swarm.channel(lane);
        letters.onMessage((text) => void got.push(text));
        members.push({ member, letters, got });
      }
      const sent: Promise<{ readonly status: string }>[] = [];
      // Each round two of the three are away, others than before, and one is there.
      for (let round = 0; round < rounds; round += 1) {
        const left = Math.floor(chance.float() * roads.length);
        const heal = roads.filter((_, at) => at !== left).map((transport) => play.network.outage({ transport }));
        for (const [at, { letters, member }] of members.entries()) {
          for (const { member: to } of members)
            if (to !== member) sent.push(letters.send(to.swarm.id, `${round} of ${at}`, { ttlMs: 600_000 }));
        }
        const miner = members[round % members.length];
        if (miner !== undefined) await play.mine(miner.member);
        await play.clock.advance(3_000);
        for (const undo of heal) undo();
      }
      const receipts = await play.until(Promise.all(sent));
      expect(new Set(receipts.map(({ status }) => status))).toEqual(new Set(["confirmed"]));
      for (const [at, { got }] of members.entries()) {
        const expected = [0, 1, 2]
          .filter((from) => from !== at)
          .flatMap((from) => [...Array(rounds).keys()].map((n) => `${n} of ${from}`));
        expect([...got].sort()).toEqual(expected.sort());
      }
      await play.agreed();
      expect(play.members[0]?.chain.getStats().height).toBeGreaterThan(3);
    });
  });
}
