import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { RestartPageOptions } from "../pages/restart-page.ts";
import { openDetours } from "../support/detours.ts";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { openPeerServer, openRelay } from "../support/nodes.ts";

/** Addresses as they are, so that a detour can lead to them. */
const flags = ["--disable-features=WebRtcHideLocalIpsWithMdns"];

/** Two pages with a data channel through detours, over which a letter each has gone. */
async function joined(stage: Stage, transport: RestartPageOptions["transport"], restartsIce: boolean) {
  const server = transport === "integrated" ? await openRelay(stage) : await openPeerServer(stage);
  const detours = openDetours(stage);
  const options = { network: "restart", transport, server: server.url, restartsIce };
  // One dials: a channel that loses a glare would come and go while others are counted.
  const open = async (dials: boolean) => {
    const context = await stage.browser.newContext();
    await context.exposeFunction("detourTo", detours.to);
    const page = await stage.open("/tests/browser/pages/restart.html", context);
    return { page, id: await page.evaluate((o) => window.restart.start(o), { ...options, dials }) };
  };
  const [one, other] = [await open(false), await open(true)];
  await expect.poll(() => one.page.evaluate(() => window.restart.peers()), { timeout: 20_000 }).toEqual([other.id]);
  const channels = () => Promise.all([one, other].map(({ page }) => page.evaluate(() => window.restart.channels)));
  await expect.poll(channels, { timeout: 10_000 }).toEqual([["open"], ["open"]]);
  expect(await send(one.page, other.id, "before")).toBe("confirmed");
  return { one, other, detours, channels, before: await channels() };
}

function send(page: Page, to: string, text: string): Promise<string> {
  return page.evaluate(([to, text]) => window.restart.send(to, text), [to, text] as const);
}

describe.each(["integrated", "peerjs"] as const)(
  "the path of a data channel of %s dies between two pages",
  (transport) => {
    inChromium(
      "ICE restarts, and the same channel goes on by another path",
      async (stage) => {
        const { one, other, detours, channels, before } = await joined(stage, transport, true);
        const restarts = async () => {
          const each = await Promise.all([one, other].map(({ page }) => page.evaluate(() => window.restart.restarts)));
          return each.reduce((sum, count) => sum + count, 0);
        };
        const paths = () =>
          Promise.all([one, other].map(({ page }) => page.evaluate(() => window.restart.paths.at(-1))));
        detours.cut();
        // Nothing is said meanwhile: letters on a silent link would have another dialled.
        await expect.poll(restarts, { timeout: 15_000, interval: 20 }).toBe(1);
        await expect.poll(paths, { timeout: 10_000, interval: 20 }).toEqual(["connected", "connected"]);
        expect(await send(one.page, other.id, "after")).toBe("confirmed");
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
        const { one, other, detours, channels, before } = await joined(stage, transport, false);
        detours.cut();
        const opened = async () => (await channels()).map((told) => told.filter((word) => word === "open").length);
        const fresh = before.map((told) => told.filter((word) => word === "open").length + 1);
        await expect.poll(opened, { timeout: 60_000 }).toEqual(fresh);
        for (const { page } of [one, other]) expect(await page.evaluate(() => window.restart.restarts)).toBe(0);
      },
      90_000,
      flags,
    );
  },
);
