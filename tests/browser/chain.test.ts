import { describe, expect } from "vitest";
import { inChromium } from "./support/in-chromium.ts";

const path = "/tests/browser/pages/chain.html";

describe("a chain in IndexedDB", () => {
  inChromium("a reload: tip, state and bodies are there, and it goes on", async (stage) => {
    const page = await stage.open(path);
    await page.evaluate(() => window.chain.open("reload"));
    await page.evaluate(() => window.chain.mine(12));
    const before = await page.evaluate(() => window.chain.view());
    await page.reload();
    expect(await page.evaluate(() => window.chain.open("reload"))).toEqual(before);
    expect(await page.evaluate(() => window.chain.kept())).toHaveLength(13);
    expect(new Set(await page.evaluate(() => window.chain.mine(2)))).toEqual(new Set(["ok"]));
    expect(stage.complaints).toEqual([]);
  });

  inChromium("Check reward pool storage in IndexedDB", async (stage) => {
    const page = await stage.open(path);
    await page.evaluate(() => window.chain.open("swarm-space"));
    await page.evaluate(() => window.chain.mine(3));
    const found = await page.evaluate(
      () =>
        new Promise<{ readonly names: readonly string[]; readonly pool: readonly string[] }>((resolve, reject) => {
          const request = indexedDB.open("swarm-space");
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const names = [...request.result.objectStoreNames];
            const keys = request.result.transaction("rewardPool").objectStore("rewardPool").getAllKeys();
            keys.onerror = () => reject(keys.error);
            keys.onsuccess = () => resolve({ names, pool: keys.result.map(String) });
          };
        }),
    );
    for (const name of ["headers", "blocks", "activeChain", "accounts", "rewardPool"])
      expect(found.names).toContain(name);
    expect(found.pool).toContain("pool");
  });
});
