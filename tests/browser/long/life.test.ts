import { describe, expect } from "vitest";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { numbered, openRelay, startNode } from "../support/nodes.ts";

const path = "/tests/browser/pages/node.html";
const failures = ["breaker:open", "handler:failed"];

/** A page and a node of this process, linked. */
async function linked(stage: Stage) {
  const relay = await openRelay(stage);
  const o = { relays: [relay.url], network: "life" };
  const context = await stage.browser.newContext();
  const page = await stage.open(path, context);
  const id = await page.evaluate((o) => window.node.start(o), o);
  const bert = await startNode(stage, o);
  expect(await page.evaluate((b) => window.node.sendMany(b, "before", 10), bert.id)).toMatchObject({ confirmed: 10 });
  const devtools = await context.newCDPSession(page);
  return { relay, context, page, bert, id, devtools };
}

describe("the life of a page", () => {
  for (const seconds of [5, 40]) {
    inChromium(
      `frozen for ${seconds} s and resumed: linked again within 3 s, every letter once, nobody blamed`,
      async (stage) => {
        const { page, bert, id, devtools } = await linked(stage);
        const reliability = await page.evaluate(() => window.node.status().gun.reliability);
        const since = await page.evaluate(() => performance.now());
        // A headless page counts as visible, and a visible page is never frozen: the debugger stops its script instead, timers and all.
        await devtools.send("Debugger.enable");
        await devtools.send("Debugger.pause");
        const sent = bert.sendMany(id, "meanwhile", 20);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
        await devtools.send("Debugger.disable");
        const resumed = performance.now();
        expect(await page.evaluate((b) => window.node.sendMany(b, "after", 10), bert.id)).toMatchObject({
          confirmed: 10,
        });
        expect(performance.now() - resumed).toBeLessThanOrEqual(3_000);
        expect(await sent).toMatchObject({ confirmed: 20, failed: [] });
        expect((await page.evaluate(() => window.node.texts)).length).toBe(20);
        expect(bert.texts).toHaveLength(20);
        expect(await page.evaluate(() => window.node.breakers())).toMatchObject({ openBreakers: 0 });
        const { gun } = await page.evaluate(() => window.node.status());
        expect(gun.failureCount).toBe(0);
        expect(gun.reliability).toBeGreaterThanOrEqual(reliability);
        const names = await page.evaluate((since) => window.node.since(since), since);
        expect(names.filter((name) => failures.includes(name))).toEqual([]);
        expect(names).toContain("swarm:wake");
      },
      90_000,
    );
  }

  inChromium(
    "hidden, and without network for a while: linked again within 6 s, every letter once",
    async (stage) => {
      const { relay, page, context, bert, devtools } = await linked(stage);
      await page.evaluate(() => {
        Object.defineProperty(document, "visibilityState", { value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      await context.setOffline(true);
      await devtools.send("Network.enable");
      // What the page's own sockets make of it depends on the browser; the relay hangs up on it at any rate.
      const { port } = new URL(relay.url);
      await relay.close();
      await page.evaluate((b) => window.node.post(b, "offline", 20), bert.id);
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await openRelay(stage, Number(port));
      await context.setOffline(false);
      const back = performance.now();
      await bert.until(30);
      expect(performance.now() - back).toBeLessThanOrEqual(6_000);
      expect(bert.texts).toEqual([...numbered("before", 10), ...numbered("offline", 20)]);
      expect(await page.evaluate(() => window.node.breakers())).toMatchObject({ openBreakers: 0 });
    },
    60_000,
  );
});
