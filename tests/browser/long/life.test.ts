import { describe, expect } from "vitest";
import { freeze } from "../support/freezing.ts";
import { inChromium } from "../support/in-chromium.ts";
import { linked } from "../support/linked.ts";
import { throttleable } from "../support/page-conditions.ts";

describe("the life of a page", () => {
  for (const seconds of [5, 40]) {
    inChromium(
      `frozen for ${seconds} s and resumed: linked again within 3 s, every letter once, nobody blamed`,
      async (stage) => {
        const { page, bert, id, record } = await linked(stage);
        const resume = await freeze(page);
        const sent = bert.sendMany(id, "meanwhile", 20);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
        await resume();
        const resumed = performance.now();
        expect(await page.evaluate((b) => window.node.sendMany(b, "after", 10), bert.id)).toMatchObject({
          confirmed: 10,
        });
        expect(performance.now() - resumed).toBeLessThanOrEqual(3_000);
        expect(await sent).toMatchObject({ confirmed: 20, failed: [] });
        expect(await page.evaluate(() => window.node.texts)).toHaveLength(20);
        expect(bert.texts).toHaveLength(20);
        await record.expectNoBlame();
        expect(await record.names()).toContain("swarm:wake");
      },
      90_000,
    );
  }

  inChromium(
    "hidden for two minutes, its timers run once a minute: no link is lost, every letter arrives once, nobody blamed",
    async (stage) => {
      const { page, bert, id, record } = await linked(stage, throttleable);
      const lost: string[] = [];
      bert.swarm.on("connection:close", ({ reason }) => void (reason.by === "lost" && lost.push(reason.detail)));
      await page.evaluate(() => window.throttle(true));
      const sent: Promise<unknown>[] = [];
      for (let round = 0; round < 5; round += 1) {
        sent.push(bert.sendMany(id, `round ${round}`, 4));
        await page.evaluate(({ b, round }) => window.node.post(b, `round ${round}`, 4, 180_000), {
          b: bert.id,
          round,
        });
        await new Promise((resolve) => setTimeout(resolve, 25_000));
      }
      await page.evaluate(() => window.throttle(false));
      await bert.until(30);
      for (const each of await Promise.all(sent)) expect(each).toMatchObject({ confirmed: 4, failed: [] });
      expect(bert.texts).toHaveLength(30);
      expect(new Set(bert.texts).size).toBe(30);
      expect(await page.evaluate(() => window.node.texts)).toHaveLength(20);
      expect(lost).toEqual([]);
      const names = await record.names();
      expect(names).toContain("swarm:wake");
      expect(names).not.toContain("peer:disconnect");
      await record.expectNoBlame();
    },
    180_000,
  );
});
