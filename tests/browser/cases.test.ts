import { storeChecks } from "@swarm-space/testkit/conformance";
import { describe, expect } from "vitest";
import { inChromium } from "./support/in-chromium.ts";

const security = "/packages/core/test/browser/security.html";

describe("in a page", () => {
  inChromium("Ed25519's strict cases, HPKE's and Noise's vectors: as in Node", async (stage) => {
    const page = await stage.open(security);
    const { passed, failed } = await page.evaluate(() => window.runCases());
    expect(failed).toEqual([]);
    const of = (kind: string) => passed.filter((name) => name.startsWith(`${kind}: `)).length;
    expect([of("ed25519"), of("hpke"), of("noise")]).toEqual([1 + 2 + 16 + 40, 3, 1]);
    expect(stage.complaints).toEqual([]);
  });

  inChromium("every promise of the store but a full disk's, on the real IndexedDB", async (stage) => {
    const page = await stage.open("/tests/browser/pages/store.html");
    const { passed, failed } = await page.evaluate(() => window.runCases());
    expect(failed).toEqual([]);
    expect(passed).toEqual(storeChecks.filter(({ needs }) => needs !== "full").map(({ promise }) => promise));
    expect(stage.complaints).toEqual([]);
  });
});
