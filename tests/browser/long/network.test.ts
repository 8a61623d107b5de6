import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";
import { linked } from "../support/linked.ts";
import { numbered, openRelay } from "../support/nodes.ts";
import { deafToNetwork } from "../support/page-conditions.ts";

describe("a page without network for a while", () => {
  inChromium(
    "back: every letter arrives within 3 s and once, nobody blamed",
    async (stage) => {
      const { page, context, bert, id, record } = await linked(stage);
      await context.setOffline(true);
      await page.evaluate((b) => window.node.post(b, "offline", 20), bert.id);
      const sent = bert.sendMany(id, "meanwhile", 20);
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      expect(bert.texts).toHaveLength(10);
      await context.setOffline(false);
      const back = performance.now();
      await bert.until(30);
      expect(performance.now() - back).toBeLessThanOrEqual(3_000);
      expect(await sent).toMatchObject({ confirmed: 20, failed: [] });
      // In any order: what went to the mailbox meanwhile has no place in one (docs/promises.md).
      expect([...bert.texts].sort()).toEqual([...numbered("before", 10), ...numbered("offline", 20)].sort());
      const atPage = await page.evaluate(() => window.node.texts);
      expect([...atPage].sort()).toEqual([...numbered("meanwhile", 20)].sort());
      expect(await record.names()).toContain("swarm:wake");
      await record.expectNoBlame();
    },
    60_000,
  );

  inChromium(
    "told nothing by its browser, it comes back all the same",
    async (stage) => {
      const { page, context, bert, record } = await linked(stage, deafToNetwork);
      await context.setOffline(true);
      await page.evaluate((b) => window.node.post(b, "offline", 20), bert.id);
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      await context.setOffline(false);
      await bert.until(30);
      // In any order: what went to the mailbox meanwhile has no place in one (docs/promises.md).
      expect([...bert.texts].sort()).toEqual([...numbered("before", 10), ...numbered("offline", 20)].sort());
      expect(await record.names()).not.toContain("swarm:wake");
    },
    60_000,
  );

  inChromium(
    "hidden, and the relay away as well: every letter arrives within 3 s and once, no breaker open",
    async (stage) => {
      const { relay, page, context, bert } = await linked(stage);
      await page.evaluate(() => {
        Object.defineProperty(document, "visibilityState", { value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      await context.setOffline(true);
      // What the page's own sockets make of it depends on the browser; the relay hangs up on it at any rate.
      const { port } = new URL(relay.url);
      await relay.close();
      await page.evaluate((b) => window.node.post(b, "offline", 20), bert.id);
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await openRelay(stage, Number(port));
      await context.setOffline(false);
      const back = performance.now();
      await bert.until(30);
      expect(performance.now() - back).toBeLessThanOrEqual(3_000);
      // In any order: what went to the mailbox meanwhile has no place in one (docs/promises.md).
      expect([...bert.texts].sort()).toEqual([...numbered("before", 10), ...numbered("offline", 20)].sort());
      expect(await page.evaluate(() => window.node.breakers())).toMatchObject({ openBreakers: 0 });
    },
    60_000,
  );
});
