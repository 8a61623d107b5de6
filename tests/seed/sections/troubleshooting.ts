import { readFile } from "node:fs/promises";
import { use } from "@swarm-space/core";
import { getConnectionResilience } from "@swarm-space/resilience";
import { expect, vi } from "vitest";
import * as z from "zod";
import { heard, outcome, Stage } from "../../acceptance/stage.ts";
import { CourierOffice, courierPlugin } from "../../acceptance/third-party-transport.ts";
import { findChromium } from "../../browser/support/chromium.ts";
import type { HeadingBook } from "../support/heading-book.ts";
import type { Place } from "../support/place.ts";
import { presetResilience } from "./resilience.ts";

const aDayMs = 86_400_000;
const lane = { name: "trouble", schema: z.unknown() };

/** A node, and another that its transport does not let it reach, until the office lets it. */
async function brokenPair(stage: Stage) {
  const office = new CourierOffice();
  const one = await stage.node("one", [presetResilience(), use(courierPlugin({ office }))]);
  const other = await stage.node("other", [use(courierPlugin({ office, sees: () => false }))]);
  other.channel(lane).onMessage(() => {});
  const opened = heard(one, "breaker:open");
  office.tricks = { dial: "refuse" };
  await stage.start();
  const receipt = one.channel(lane).send(other.id, "patience", { ttlMs: aDayMs });
  void outcome(receipt);
  await stage.eventually(() => opened.length === 1, "the breaker opens");
  return { office, one, other, receipt, breakers: getConnectionResilience(one) };
}

/** "Troubleshooting": each of the lists, done by hand. */
export function troubleshooting({ heading }: HeadingBook, place: () => Place): void {
  heading("## Troubleshooting", ({ whole }) => {
    whole("each of its lists is in the documents", async () => {
      const page = await readFile(new URL("../../../docs/troubleshooting.md", import.meta.url), "utf8");
      for (const title of ["All Transports Failing", "Blockchain Not Syncing", "High Circuit Breaker Count"])
        expect(page).toContain(`### ${title}\n`);
    });
  });

  heading("### All Transports Failing", ({ promise }) => {
    promise(["Check browser console for errors", "Verify network connectivity"], async () => {
      const gone = await place().relay();
      await gone.stop();
      const port = new URL(gone.url.replace(/^ws/, "http")).port;
      const servers = {
        trackers: [],
        dhtBootstrap: [],
        gunRelays: [gone.url],
        peerServers: [`http://127.0.0.1:${port}/`],
        iceServers: [],
      };
      const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
      try {
        const short = { openTimeoutMs: 100 };
        const o = { servers, integrated: short, gun: short, peerjs: short, log: "warn" } as const;
        const { swarm } = await place().node({ ...o, network: "failing" });
        await swarm.start();
        await expect.poll(() => warned.mock.calls.length, { timeout: 10_000 }).toBeGreaterThan(2);
        const lines = warned.mock.calls.map(([line]: readonly unknown[]) => String(line)).join("\n");
        for (const id of ["integrated", "gun", "peerjs"])
          expect(lines).toMatch(new RegExp(`^swarm-space warn TRANSPORT_UNAVAILABLE: transport ${id} is down`, "m"));
        for (const { transport, status } of swarm.getTransportStatus().health.values()) {
          expect(status.state, transport).toMatch(/degraded|error/);
          expect(status.lastError, transport).toMatch(/./);
        }
        await swarm.stop();
      } finally {
        warned.mockRestore();
      }
    });
    promise(["Check if NAT/firewall is blocking"], async () => {
      await using stage = new Stage("blocked");
      const { one, other } = await brokenPair(stage);
      const [way] = one.explain(other.id).ways;
      expect(way).toMatchObject({
        state: "waiting",
        reason: "breaker open",
        lastTry: { outcome: "refused", code: "DIAL_FAILED", detail: "the gate is shut" },
      });
      expect(way?.retryInMs).toBeGreaterThan(0);
    });
    promise(["Try resetting circuit breakers manually"], async () => {
      await using stage = new Stage("reset");
      const { office, receipt, breakers } = await brokenPair(stage);
      expect(breakers.getStats().openBreakers).toBe(1);
      office.tricks = {};
      expect(breakers.forceReset()).toBe(1);
      expect(await stage.until(receipt, 1_000)).toMatchObject({ status: "confirmed" });
      expect(breakers.getStats().openBreakers).toBe(0);
    });
  });

  heading("### Blockchain Not Syncing", ({ promise }) => {
    promise(
      [
        "Verify transports are connected",
        "Check peer count (need at least 1 peer)",
        "Manually trigger sync: `blockchainSync.triggerSync()`",
      ],
      async () => {
        const [anna, bert] = [
          await place().node({ network: "not-syncing" }),
          await place().node({ network: "not-syncing" }),
        ];
        await anna.swarm.start();
        await anna.chain.mine();
        const blockchainSync = bert.chain;
        expect(bert.swarm.peers()).toEqual([]);
        await bert.swarm.start();
        const alone = bert.chain.getStats();
        expect([alone.isRunning, alone.peers, alone.height]).toEqual([true, 0, 0]);
        await bert.swarm.connect(anna.swarm.id, { signal: AbortSignal.timeout(10_000) });
        expect(bert.swarm.peers()).toMatchObject([{ id: anna.swarm.id, transports: [expect.any(String)] }]);
        const result = await blockchainSync.triggerSync();
        expect(result).toMatchObject({ height: 1, peers: 1 });
        expect(bert.chain.getStats()).toMatchObject({ height: 1, peers: 1, tip: anna.chain.getStats().tip });
      },
    );
    const inIndexedDb = "Check reward pool storage in IndexedDB";
    promise([inIndexedDb], async ({ skip }) => {
      if (findChromium() === undefined)
        skip("no Chromium on this machine: the browser project's test of this name is skipped too");
      // A page does it, in a test of the very name, which the browser project runs.
      const tests = await readFile(new URL("../../browser/chain.test.ts", import.meta.url), "utf8");
      expect(tests).toContain(`inChromium("${inIndexedDb}", async (stage) => {`);
    });
  });

  heading("### High Circuit Breaker Count", ({ promise }) => {
    promise(["Network instability - wait for recovery"], async () => {
      await using stage = new Stage("instability");
      const { office, receipt, breakers } = await brokenPair(stage);
      office.tricks = {};
      expect(await stage.until(receipt, 61_000)).toMatchObject({ status: "confirmed" });
      await stage.eventually(() => breakers.getStats().openBreakers === 0, "it closes by itself");
      expect(breakers.getStats()).toMatchObject({ openBreakers: 0 });
    });
    promise(["Peer churn - normal in dynamic networks"], async () => {
      await using stage = new Stage("churn");
      const office = new CourierOffice();
      const one = await stage.node("one", [presetResilience(), use(courierPlugin({ office }))]);
      await stage.start();
      for (let at = 0; at < 20; at += 1) {
        const guest = await stage.node(`guest ${at}`, [use(courierPlugin({ office, sees: () => false }))]);
        await stage.start(guest);
        await stage.eventually(() => one.peers().some(({ id }) => id === guest.id), "met");
        await stage.until(guest.stop());
        await stage.clock.advance(10_000);
      }
      // Who is gone is nobody's failure.
      expect(office.dials.length).toBeGreaterThan(20);
      expect(getConnectionResilience(one).getStats().openBreakers).toBe(0);
    });
    promise(["Manual reset if needed: `resilience.forceReset(peerId)`"], async () => {
      await using stage = new Stage("manual");
      const { office, one, other, receipt } = await brokenPair(stage);
      const [resilience, peerId] = [getConnectionResilience(one), other.id];
      office.tricks = {};
      expect(resilience.forceReset("b".repeat(52))).toBe(0);
      expect(resilience.getStats().openBreakers).toBe(1);
      expect(resilience.forceReset(peerId)).toBe(1);
      expect(await stage.until(receipt, 1_000)).toMatchObject({ status: "confirmed" });
    });
  });
}
