import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";

const path = "/tests/browser/pages/node.html";

describe("a page with nothing", () => {
  inChromium("no process, no WebRTC, no network: it starts, and the status says what is missing", async (stage) => {
    const context = await stage.browser.newContext();
    await context.addInitScript(() => {
      for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Reflect.deleteProperty(window, name);
    });
    const page = await stage.open(path, context);
    expect(
      await page.evaluate(() => [typeof RTCPeerConnection, "process" in globalThis, "global" in globalThis]),
    ).toEqual(["undefined", false, false]);
    await context.setOffline(true);
    await page.evaluate((o) => window.node.start(o), { relays: ["ws://127.0.0.1:9/gun"], network: "alone" });
    expect(await page.evaluate(() => window.node.status())).toMatchObject({
      gun: { status: { state: "error", lastError: expect.stringContaining("127.0.0.1:9") } },
    });
    await page.evaluate(() => window.node.stop());
  });
});
