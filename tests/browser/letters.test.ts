import { describe, expect } from "vitest";
import { inChromium } from "./support/in-chromium.ts";
import { numbered, openRelay, startNode } from "./support/nodes.ts";

const page = "/tests/browser/pages/node.html";
const count = 1_000;

describe("letters", () => {
  inChromium("page and page over a real relay: 1,000 each way, none lost, none doubled", async (stage) => {
    const relay = await openRelay(stage);
    const o = { relays: [relay.url], network: "pages" };
    const [anna, bert] = [await stage.open(page), await stage.open(page)];
    const a = await anna.evaluate((o) => window.node.start(o), o);
    const b = await bert.evaluate((o) => window.node.start(o), o);
    const sent = await Promise.all([
      anna.evaluate(({ b, count }) => window.node.sendMany(b, "from anna", count), { b, count }),
      bert.evaluate(({ a, count }) => window.node.sendMany(a, "from bert", count), { a, count }),
    ]);
    for (const each of sent) expect(each).toEqual({ confirmed: count, failed: [], transports: ["gun"] });
    expect(await bert.evaluate(() => window.node.texts)).toEqual(numbered("from anna", count));
    expect(await anna.evaluate(() => window.node.texts)).toEqual(numbered("from bert", count));
    expect(stage.complaints).toEqual([]);
  });

  for (const dials of ["page", "node"] as const) {
    inChromium(`page and Node, the ${dials} dials: 1,000 each way, none lost, none doubled`, async (stage) => {
      const relay = await openRelay(stage);
      const o = { relays: [relay.url], network: "both" };
      const tab = await stage.open(page);
      // Who announces nothing cannot be dialled, and so dials.
      const a = await tab.evaluate((o) => window.node.start(o), { ...o, announce: dials !== "page" });
      const node = await startNode(stage, { ...o, announce: dials !== "node" });
      const inbound = node.opened;
      const sent = await Promise.all([
        dials === "page"
          ? tab.evaluate(({ b, count }) => window.node.sendMany(b, "from the page", count), { b: node.id, count })
          : tab.evaluate(
              async ({ b, count }) => {
                while (window.node.peers().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
                return window.node.sendMany(b, "from the page", count);
              },
              { b: node.id, count },
            ),
        node.sendMany(a, "from Node", count, dials === "page"),
      ]);
      for (const each of sent) expect(each).toEqual({ confirmed: count, failed: [], transports: ["gun"] });
      expect(node.texts).toEqual(numbered("from the page", count));
      expect(await tab.evaluate(() => window.node.texts)).toEqual(numbered("from Node", count));
      expect(inbound[0]?.inbound).toBe(dials === "page");
      expect(stage.complaints).toEqual([]);
    });
  }
});
