import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";
import { openPeerServer } from "../support/nodes.ts";
import { openTurnOverTcp } from "../support/turn-over-tcp.ts";

const path = "/tests/browser/pages/node.html";

describe("two pages that no UDP joins", () => {
  inChromium("by TURN over TCP: 100 letters each way, none lost, none doubled", async (stage) => {
    const turn = await openTurnOverTcp(stage);
    const { url } = await openPeerServer(stage);
    const o = { peerServers: [url], network: "turn", turn };
    const [anna, bert] = [await stage.open(path), await stage.open(path)];
    const start = (page: typeof anna) => page.evaluate((o) => window.node.start(o), o);
    const [a, b] = [await start(anna), await start(bert)];
    await anna.evaluate((to) => window.node.connect(to), b);
    for (const each of [anna, bert]) await expect.poll(() => each.evaluate(() => window.node.peers())).toHaveLength(1);
    const sent = await Promise.all([
      anna.evaluate((to) => window.node.sendMany(to, "from anna", 100), b),
      bert.evaluate((to) => window.node.sendMany(to, "from bert", 100), a),
    ]);
    for (const each of sent) expect(each).toEqual({ confirmed: 100, failed: [], transports: ["peerjs"] });
    for (const page of [anna, bert]) expect(new Set(await page.evaluate(() => window.node.texts)).size).toBe(100);
    expect(stage.complaints).toEqual([]);
  });
});
