import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";

const path = "/tests/browser/pages/chain.html";

describe("a chain in IndexedDB that goes through a lot", () => {
  inChromium("pages killed in the middle of writes: what was told is there, nothing is torn", async (stage) => {
    const context = await stage.browser.newContext();
    let written = 0;
    for (let life = 1; life <= 8; life += 1) {
      const page = await stage.open(path, context);
      const told = Promise.withResolvers<void>();
      const { height } = await page.evaluate(() => window.chain.open("killed"));
      expect(height).toBeGreaterThanOrEqual(written);
      expect(await page.evaluate(() => window.chain.kept())).toHaveLength(height + 1);
      page.on("console", (line) => {
        const [word, at] = line.text().split(" ");
        if (word !== "written") return;
        written = Number(at);
        if (written >= height + 2 + life) told.resolve();
      });
      const dying = page.evaluate(() => window.chain.mine(10_000)).catch(() => undefined);
      await told.promise;
      const session = await context.newCDPSession(page);
      await Promise.race([session.send("Page.crash").catch(() => undefined), page.waitForEvent("crash")]);
      await page.close();
      await dying;
    }
    expect(written).toBeGreaterThan(30);
  });

  inChromium(
    "a quota that is used up: typed, nothing is lost, and it goes on after room was made",
    async (stage) => {
      const page = await stage.open(path);
      const session = await page.context().newCDPSession(page);
      const origin = new URL(page.url()).origin;
      await page.evaluate(() => window.chain.open("full"));
      await page.evaluate(() => window.chain.mine(3));
      const before = await page.evaluate(() => window.chain.view());
      // Chromium remembers for half a minute how much room there was.
      await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
      await expect
        .poll(async () => (await page.evaluate(() => window.chain.mine(1)))[0], { timeout: 60_000, interval: 500 })
        .toMatch(/^INTERNAL: /);
      expect(await page.evaluate(() => window.chain.unsaved())).toEqual(["STORE_FULL"]);
      const full = await page.evaluate(() => window.chain.view());
      expect(full.height).toBeGreaterThanOrEqual(before.height);
      await session.send("Storage.overrideQuotaForOrigin", { origin });
      await expect
        .poll(async () => (await page.evaluate(() => window.chain.mine(1)))[0], { timeout: 60_000, interval: 500 })
        .toBe("ok");
      const after = await page.evaluate(() => window.chain.view());
      await page.reload();
      expect(await page.evaluate(() => window.chain.open("full"))).toEqual(after);
    },
    150_000,
  );

  inChromium("resync: an empty database comes to the same tip and state", async (stage) => {
    const page = await stage.open(path);
    const first = await page.evaluate(() => window.chain.open("source"));
    await page.evaluate(() => window.chain.mine(20));
    const source = await page.evaluate(() => window.chain.view());
    await page.evaluate(() => window.chain.close());
    expect(first.height).toBe(0);
    expect(await page.evaluate(() => window.chain.resync("source", "copy"))).toEqual(source);
    await page.reload();
    expect(await page.evaluate(() => window.chain.open("copy"))).toEqual(source);
  });
});
