import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { inChromium } from "./support/in-chromium.ts";
import { openRelay } from "./support/nodes.ts";

const path = (name: string, relay: string) =>
  `/examples/browser-chat/index.html?as=${name}&relay=${encodeURIComponent(relay)}`;

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

describe("examples/browser-chat", () => {
  inChromium("two tabs talk; a road is cut, lines wait and say so; it is healed, and they arrive", async (stage) => {
    const relay = await openRelay(stage);
    const context = await stage.browser.newContext({ viewport: { width: 1_000, height: 700 } });
    const anna = await stage.open(path("Anna", relay.url), context);
    const bert = await stage.open(path("Bert", relay.url), context);
    await anna.getByRole("button", { name: "Bert" }).waitFor();
    await bert.getByRole("button", { name: "Anna" }).waitFor();
    await write(anna, "Good morning!");
    await bert.getByText("Good morning!").waitFor();
    await anna.getByText(/✓✓ read, by Gun relay in/).waitFor();
    await write(bert, "And to you.");
    await anna.getByText("And to you.").waitFor();
    await picture(anna, "talk");
    await anna.bringToFront();
    await anna.getByRole("button", { name: "Cut Gun relay" }).click();
    await anna.getByText("Offline: what you write waits here").waitFor();
    await write(anna, "Do you hear me?");
    await anna.getByText("◌ waiting for a road").waitFor();
    expect(await bert.getByText("Do you hear me?").count()).toBe(0);
    await picture(anna, "cut");
    await anna.getByRole("button", { name: "Heal Gun relay" }).click();
    await bert.getByText("Do you hear me?").waitFor();
    await anna.getByText("◌ waiting for a road").waitFor({ state: "detached" });
    expect(await bert.getByText("Do you hear me?").count()).toBe(1);
    await anna.setViewportSize({ width: 390, height: 800 });
    await picture(anna, "narrow");
    expect(await anna.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(stage.complaints).toEqual([]);
  });
});
