import { describe, expect } from "vitest";
import { inChromium } from "./support/in-chromium.ts";
import { numbered, openRelay, startNode } from "./support/nodes.ts";

const path = "/tests/browser/pages/node.html";

describe("what a page leaves behind", () => {
  inChromium("a reload: what waits in the outbox arrives, once, from the same identity", async (stage) => {
    const relay = await openRelay(stage);
    const network = "reload";
    const page = await stage.open(path);
    const durable = { relays: [relay.url], network, store: "outbox", identity: "anna" };
    const bert = await startNode(stage, { relays: [relay.url], network });
    const { id: b } = bert;
    await bert.swarm.stop();
    const before = await page.evaluate((o) => window.node.start(o), durable);
    await page.evaluate(async (b) => {
      window.node.post(b, "kept", 200);
      await window.node.kept(200);
    }, b);
    await page.reload();
    const after = await page.evaluate((o) => window.node.start(o), durable);
    expect(after).toBe(before);
    await bert.swarm.start();
    await bert.until(200);
    // One more is behind all others: none comes a second time.
    await page.evaluate((b) => window.node.sendMany(b, "last", 1), b);
    expect(bert.texts).toEqual([...numbered("kept", 200), "last 0"]);
    expect(stage.complaints).toEqual([]);
  });

  inChromium("two tabs of one identity: two instances, each with its own letters", async (stage) => {
    const relay = await openRelay(stage);
    const network = "tabs";
    const context = await stage.browser.newContext();
    const tabs = [await stage.open(path, context), await stage.open(path, context)];
    const bert = await startNode(stage, { relays: [relay.url], network });
    const start = { relays: [relay.url], network, identity: "anna" };
    const ids: string[] = [];
    for (const [at, tab] of tabs.entries())
      ids.push(await tab.evaluate((o) => window.node.start(o), { ...start, store: `tab ${at}` }));
    const [a = "", other] = ids;
    expect(other).toBe(a);
    for (const tab of tabs) await tab.evaluate((b) => window.node.connect(b), bert.id);
    const sent = await Promise.all(
      tabs.map((tab, at) => tab.evaluate(({ b, at }) => window.node.sendMany(b, `tab ${at}`, 100), { b: bert.id, at })),
    );
    for (const each of sent) expect(each).toMatchObject({ confirmed: 100, failed: [] });
    for (const at of [0, 1])
      expect(bert.texts.filter((text) => text.startsWith(`tab ${at} `))).toEqual(numbered(`tab ${at}`, 100));
    // A broadcast goes to both; a letter to the one that was started last.
    await bert.broadcast("to both");
    await bert.sendMany(a, "to the newest", 1);
    const [first, second] = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.node.texts)));
    expect(first).toEqual(["to both"]);
    expect(second).toEqual(["to both", "to the newest 0"]);
    expect(stage.complaints).toEqual([]);
  });

  inChromium(
    "two tabs with one database: the second is refused by name, and gets it when the first goes",
    async (stage) => {
      const context = await stage.browser.newContext();
      const [one, two] = [await stage.open(path, context), await stage.open(path, context)];
      const o = { relays: [], network: "locked", store: "shared", blockedTimeoutMs: 300 };
      await one.evaluate((o) => window.node.start(o), o);
      const refused = await two.evaluate((o) => window.node.start(o).then(String, (error) => error.code), o);
      expect(refused).toBe("STORE_LOCKED");
      await one.evaluate(() => window.node.stop());
      await two.evaluate((o) => window.node.start(o), o);
      expect(stage.complaints).toEqual([]);
    },
  );
});
