import { describe, expect } from "vitest";
import { inChromium, type Stage } from "../support/in-chromium.ts";
import { openRelay, startNode } from "../support/nodes.ts";

const path = "/tests/browser/pages/node.html";
const failures = ["breaker:open", "letter:retry", "handler:failed"];

/** A page and a node of this process, linked. */
async function linked(stage: Stage) {
  const relay = await openRelay(stage);
  const o = { relays: [relay.url], network: "life" };
  const context = await stage.browser.newContext();
  const page = await stage.open(path, context);
  const id = await page.evaluate((o) => window.node.start(o), o);
  const bert = await startNode(stage, o);
  expect(await page.evaluate((b) => window.node.sendMany(b, "before", 10), bert.id)).toMatchObject({ confirmed: 10 });
  const devtools = await context.newCDPSession(page);
  return { relay, context, page, bert, id, devtools };
}

describe("the life of a page", () => {
  for (const seconds of [5, 40]) {
    inChromium(
      `frozen for ${seconds} s and resumed: linked again within 3 s, every letter once, nobody blamed`,
      async (stage) => {
        const { page, bert, id, devtools } = await linked(stage);
        const since = await page.evaluate(() => performance.now());
        await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
        const sent = bert.swarm.state === "started" ? bert.sendMany(id, "meanwhile", 20) : undefined;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
        await devtools.send("Page.setWebLifecycleState", { state: "active" });
        const resumed = performance.now();
        expect(await page.evaluate((b) => window.node.sendMany(b, "after", 10), bert.id)).toMatchObject({
          confirmed: 10,
        });
        expect(performance.now() - resumed).toBeLessThanOrEqual(3_000);
        expect(await sent).toMatchObject({ confirmed: 20, failed: [] });
        expect((await page.evaluate(() => window.node.texts)).length).toBe(20);
        expect(bert.texts).toHaveLength(20);
        expect(await page.evaluate(() => window.node.breakers())).toMatchObject({ openBreakers: 0 });
        const names = await page.evaluate((since) => window.node.since(since), since);
        expect(names.filter((name) => failures.includes(name))).toEqual([]);
        expect(names).toContain("swarm:wake");
      },
      90_000,
    );
  }
});
