import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { openDetours } from "../support/detours.ts";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { openRelay } from "../support/nodes.ts";

/** Addresses as they are, so that a detour can lead to them. */
const flags = ["--disable-features=WebRtcHideLocalIpsWithMdns"];

/** Two pages with a data channel through detours, over which a letter each has gone. */
async function joined(stage: Stage, restartsIce: boolean) {
  const relay = await openRelay(stage);
  const detours = openDetours(stage);
  const options = { network: "restart", gunRelay: relay.url, restartsIce };
  const open = async () => {
    const context = await stage.browser.newContext();
    await context.exposeFunction("detourTo", detours.to);
    const page = await stage.open("/tests/browser/pages/restart.html", context);
    return { page, id: await page.evaluate((o) => window.restart.start(o), options) };
  };
  const [one, other] = [await open(), await open()];
  await expect.poll(() => one.page.evaluate(() => window.restart.peers()), { timeout: 20_000 }).toEqual([other.id]);
  const channels = () => Promise.all([one, other].map(({ page }) => page.evaluate(() => window.restart.channels)));
  // Where both dialled at once, one channel goes.
  const standing = (told: readonly string[]) => told.reduce((sum, word) => sum + (word === "open" ? 1 : -1), 0);
  await expect.poll(async () => (await channels()).map(standing), { timeout: 10_000 }).toEqual([1, 1]);
  expect(await send(one.page, other.id, "before")).toBe("confirmed");
  return { one, other, detours, channels, before: await channels() };
}

function send(page: Page, to: string, text: string): Promise<string> {
  return page.evaluate(([to, text]) => window.restart.send(to, text), [to, text] as const);
}

describe("the path of a data channel dies between two pages", () => {
  inChromium(
    "ICE restarts, and the same channel goes on by another path",
    async (stage) => {
      const { one, other, detours, channels, before } = await joined(stage, true);
      const from = performance.now();
      detours.cut();
      const restarts = async () => {
        const each = await Promise.all([one, other].map(({ page }) => page.evaluate(() => window.restart.restarts)));
        return each.reduce((sum, count) => sum + count, 0);
      };
      await expect.poll(restarts, { timeout: 20_000, interval: 50 }).toBeGreaterThan(0);
      console.log("restarted after", performance.now() - from);
      expect(await send(one.page, other.id, "after")).toBe("confirmed");
      console.log("confirmed after", performance.now() - from);
      expect(await send(other.page, one.id, "back")).toBe("confirmed");
      expect(await other.page.evaluate(() => window.restart.texts)).toEqual(["before", "after"]);
      expect(await one.page.evaluate(() => window.restart.texts)).toEqual(["back"]);
      expect(await restarts()).toBe(1);
      expect(await channels()).toEqual(before);
      expect(stage.complaints).toEqual([]);
    },
    60_000,
    flags,
  );

  inChromium(
    "ablation: without restarts the channel is lost, and another is dialled",
    async (stage) => {
      const { detours, channels, before } = await joined(stage, false);
      detours.cut();
      await expect.poll(async () => (await channels()).flat(), { timeout: 40_000 }).toContain("lost");
      await expect
        .poll(async () => (await channels()).flat().length, { timeout: 20_000 })
        .toBeGreaterThan(before.flat().length + 2);
    },
    90_000,
    flags,
  );
});
