import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";

const security = "/packages/core/test/browser/security.html";

describe("cases in a page", () => {
  inChromium("a wrong verdict is told", async (stage) => {
    const page = await stage.open(`${security}?planted`);
    const { failed } = await page.evaluate(() => window.runCases());
    expect(failed).toEqual([["ed25519: planted", expect.stringContaining("accepted")]]);
  });
});
