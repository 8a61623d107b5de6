import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Stage } from "./in-chromium.ts";
import { openRelay, startNode } from "./nodes.ts";

/**
 * A page and a node of this process, linked by a relay; ten letters went from the page to the node.
 * @param before runs in the page before all else @param isBlind ablation: the page's node never notices that it was away
 */
export async function linked(stage: Stage, before?: () => void, isBlind = false) {
  const relay = await openRelay(stage);
  const o = { relays: [relay.url], network: "life" };
  const context = await stage.browser.newContext();
  if (before !== undefined) await context.addInitScript(before);
  const page = await stage.open("/tests/browser/pages/node.html", context);
  const id = await page.evaluate((o) => window.node.start(o), { ...o, isBlind });
  const bert = await startNode(stage, o);
  expect(await page.evaluate((b) => window.node.sendMany(b, "before", 10), bert.id)).toMatchObject({ confirmed: 10 });
  return { relay, context, page, bert, id, record: await openRecord(page) };
}

/** What a page's node thinks of others, from now on. */
async function openRecord(page: Page) {
  const before = await page.evaluate(() => window.node.status().gun);
  const since = await page.evaluate(() => performance.now());
  const names = () => page.evaluate((since) => window.node.since(since), since);
  const health = () => page.evaluate(() => window.node.status().gun);
  return {
    /** Names of what was told. */
    names,
    /** Whether anybody was blamed: the ablation of `expectNoBlame`. */
    isBlamed: async () => (await health()).failureCount > 0 || (await health()).reliability < before.reliability,
    /** Fails where anybody was blamed. */
    async expectNoBlame(): Promise<void> {
      const failures = (await names()).filter((name) => name === "breaker:open" || name === "handler:failed");
      expect(failures).toEqual([]);
      expect(await page.evaluate(() => window.node.breakers())).toMatchObject({ openBreakers: 0 });
      const { gun } = await page.evaluate(() => window.node.status());
      expect(gun.failureCount).toBe(0);
      expect(gun.reliability).toBeGreaterThanOrEqual(before.reliability);
    },
  };
}
