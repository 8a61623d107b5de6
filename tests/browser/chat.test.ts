import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { inChromium, type Stage } from "./support/in-chromium.ts";
import { openPeerServer, openRelay } from "./support/nodes.ts";

const path = (name: string, relay: string, peerServer: string) =>
  `/examples/browser-chat/index.html?as=${name}&relay=${encodeURIComponent(relay)}&peers=${encodeURIComponent(peerServer)}&tracker=&stun=`;

const labels = ["WebTorrent", "Gun relay", "PeerJS"] as const;

/** Writes a line, as a person does. A tab behind another draws nothing, and never holds still for a click: it is brought to the front. */
async function write(page: Page, text: string): Promise<void> {
  await page.bringToFront();
  await page.getByLabel("Your line").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

/** Puts a picture where SCREENSHOTS says. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Two people in one browser, each with the other on two of the three transports: a link by the third is not kept for certain. */
async function annaAndBert(stage: Stage): Promise<readonly [Page, Page]> {
  const [relay, server] = [await openRelay(stage), await openPeerServer(stage)];
  const context = await stage.browser.newContext({ viewport: { width: 1_000, height: 700 } });
  const anna = await stage.open(path("Anna", relay.url, server.url), context);
  const bert = await stage.open(path("Bert", relay.url, server.url), context);
  await onTwoRoads(anna, "Bert");
  await onTwoRoads(bert, "Anna");
  return [anna, bert];
}

async function onTwoRoads(page: Page, other: string): Promise<void> {
  const pairs = labels.map((left) =>
    labels
      .filter((label) => label !== left)
      .map((label) => `(?=.*${label})`)
      .join(""),
  );
  await page.getByRole("button", { name: new RegExp(`^(?:${pairs.join("|")}).*${other}`) }).waitFor();
}

/** Cuts or heals a road, and sees that it is. */
async function flip(page: Page, to: "Cut" | "Heal", label: string): Promise<void> {
  await page.bringToFront();
  await page.getByRole("button", { name: `${to} ${label}` }).click();
  await page.getByRole("button", { name: `${to === "Cut" ? "Heal" : "Cut"} ${label}` }).waitFor();
}

describe("examples/browser-chat", () => {
  inChromium(
    "two tabs talk; roads are cut, lines take another; all are cut, lines wait, and then arrive; a block is at both",
    async (stage) => {
      const [anna, bert] = await annaAndBert(stage);
      await write(anna, "Good morning!");
      await bert.getByText("Good morning!").waitFor();
      await anna.getByText(/✓✓ read, by (WebTorrent|PeerJS|Gun relay) in/).waitFor();
      await write(bert, "And to you.");
      await anna.getByText("And to you.").waitFor();
      await picture(anna, "talk");
      await anna.getByRole("button", { name: "Mine a block" }).click();
      for (const page of [anna, bert]) await page.locator("#chain[data-height='1']").waitFor();
      const tips = await Promise.all([anna, bert].map((page) => page.locator("#chain").getAttribute("data-tip")));
      expect(new Set(tips).size).toBe(1);
      await bert.getByText("Reward pool2.5Your coins0Tokensnone").waitFor();
      for (const left of labels) {
        const others = labels.filter((label) => label !== left);
        for (const label of others) await flip(anna, "Cut", label);
        await write(anna, `By ${left}?`);
        await bert.getByText(`By ${left}?`).waitFor();
        const line = anna.getByRole("listitem").filter({ hasText: `By ${left}?` });
        await line.getByText(new RegExp(`✓✓ read, by ${left} in`)).waitFor();
        for (const label of others) await flip(anna, "Heal", label);
        await onTwoRoads(anna, "Bert");
        expect(await bert.getByText(`By ${left}?`).count()).toBe(1);
      }
      await picture(anna, "all");
      for (const label of labels) await flip(anna, "Cut", label);
      await anna.getByText("Offline: what you write waits here").waitFor();
      await write(anna, "Do you hear me?");
      await anna.getByText("◌ waiting for a road").waitFor();
      expect(await bert.getByText("Do you hear me?").count()).toBe(0);
      await picture(anna, "cut");
      await flip(anna, "Heal", "Gun relay");
      await bert.getByText("Do you hear me?").waitFor();
      await anna.getByText("◌ waiting for a road").waitFor({ state: "detached" });
      expect(await bert.getByText("Do you hear me?").count()).toBe(1);
      await anna.setViewportSize({ width: 390, height: 800 });
      await picture(anna, "narrow");
      expect(await anna.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      expect(stage.complaints).toEqual([]);
    },
  );
});
