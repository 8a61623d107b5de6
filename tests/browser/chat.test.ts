import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { inChromium, type Stage } from "./support/in-chromium.ts";
import { openPeerServer, openRelay } from "./support/nodes.ts";

const path = (name: string, relay: string, peerServer: string) =>
  `/examples/browser-chat/index.html?as=${name}&relay=${encodeURIComponent(relay)}&peers=${encodeURIComponent(peerServer)}`;

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

/** Two people in one browser, each with the other on both roads. */
async function annaAndBert(stage: Stage): Promise<readonly [Page, Page]> {
  const [relay, server] = [await openRelay(stage), await openPeerServer(stage)];
  const context = await stage.browser.newContext({ viewport: { width: 1_000, height: 700 } });
  const anna = await stage.open(path("Anna", relay.url, server.url), context);
  const bert = await stage.open(path("Bert", relay.url, server.url), context);
  await onBothRoads(anna, "Bert");
  await onBothRoads(bert, "Anna");
  return [anna, bert];
}

async function onBothRoads(page: Page, other: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`${other}.*(PeerJS.*Gun relay|Gun relay.*PeerJS)`) }).waitFor();
}

/** Cuts or heals a road, and sees that it is. */
async function flip(page: Page, to: "Cut" | "Heal", label: string): Promise<void> {
  await page.bringToFront();
  await page.getByRole("button", { name: `${to} ${label}` }).click();
  await page.getByRole("button", { name: `${to === "Cut" ? "Heal" : "Cut"} ${label}` }).waitFor();
}

describe("examples/browser-chat", () => {
  inChromium(
    "two tabs talk; a road is cut, lines take the other; all are cut, lines wait, and then arrive",
    async (stage) => {
      const [anna, bert] = await annaAndBert(stage);
      await write(anna, "Good morning!");
      await bert.getByText("Good morning!").waitFor();
      await anna.getByText(/✓✓ read, by (PeerJS|Gun relay) in/).waitFor();
      await write(bert, "And to you.");
      await anna.getByText("And to you.").waitFor();
      await picture(anna, "talk");
      for (const [cut, left] of [
        ["PeerJS", "Gun relay"],
        ["Gun relay", "PeerJS"],
      ] as const) {
        await flip(anna, "Cut", cut);
        await write(anna, `Without ${cut}?`);
        await bert.getByText(`Without ${cut}?`).waitFor();
        const line = anna.getByRole("listitem").filter({ hasText: `Without ${cut}?` });
        await line.getByText(new RegExp(`✓✓ read, by ${left} in`)).waitFor();
        await flip(anna, "Heal", cut);
        await onBothRoads(anna, "Bert");
        expect(await bert.getByText(`Without ${cut}?`).count()).toBe(1);
      }
      await picture(anna, "both");
      for (const road of ["PeerJS", "Gun relay"]) await flip(anna, "Cut", road);
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
