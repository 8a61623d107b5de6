import { describe, expect } from "vitest";
import { freeze } from "../support/freezing.ts";
import { inChromium } from "../support/in-chromium.ts";
import { linked } from "../support/linked.ts";

/**
 * That nobody is blamed, as `life` and `network` show, is the watch over one's own sleep: without it, somebody is. A hidden page does not need it for
 * links that live: what it answers is set off by what comes, and not by its timers.
 */
describe("ablation: a page that never notices that it was away", () => {
  inChromium(
    "frozen for 40 s and resumed: others are blamed",
    async (stage) => {
      const { page, bert, id, record } = await linked(stage, undefined, true);
      const resume = await freeze(page);
      const sent = bert.sendMany(id, "meanwhile", 20);
      await new Promise((resolve) => setTimeout(resolve, 40_000));
      await resume();
      await page.evaluate((b) => window.node.sendMany(b, "after", 10), bert.id);
      await sent;
      expect(await record.isBlamed()).toBe(true);
      expect(await record.names()).not.toContain("swarm:wake");
    },
    90_000,
  );

  inChromium(
    "without network for 8 s: others are blamed",
    async (stage) => {
      const { page, context, bert, id, record } = await linked(stage, undefined, true);
      await context.setOffline(true);
      await page.evaluate((b) => window.node.post(b, "offline", 20), bert.id);
      const sent = bert.sendMany(id, "meanwhile", 20);
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      await context.setOffline(false);
      await bert.until(30);
      await sent;
      expect(await record.isBlamed()).toBe(true);
    },
    60_000,
  );
});
