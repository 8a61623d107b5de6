/** The page of `examples/browser-chat`, served on the loopback, and one Chromium that shows it, where there is one. */
import { join } from "node:path";
import { findChromium, launchChromium } from "../../tests/browser/support/chromium.ts";
import { openSite } from "../../tests/browser/support/site.ts";

const mostMs = 20_000;

export class ChatPage {
  #site;
  #browser;
  #page;
  #address;
  #written = 0;
  /** What the page threw and nobody caught, with where it was thrown. */
  complaints = [];

  /** @param {Record<string, string>} words of the page's address: its network, and the servers it meets by */
  static async open(words) {
    const chatPage = new ChatPage();
    chatPage.#site = await openSite(["examples/browser-chat"]);
    chatPage.#address = `${chatPage.#site.url}/examples/browser-chat/index.html?${new URLSearchParams(words)}`;
    const chromium = findChromium();
    if (chromium !== undefined) chatPage.#browser = await launchChromium(chromium);
    return chatPage;
  }

  /** For a person. */
  get address() {
    return this.#address;
  }

  /** Whether a Chromium shows it. */
  get isShown() {
    return this.#browser !== undefined;
  }

  /** Resolves when it knows the people of these names. */
  async enter(name, others) {
    this.#page = await this.#browser.newPage({ viewport: { width: 1_000, height: 820 } });
    this.#page.setDefaultTimeout(mostMs);
    this.#page.on("pageerror", (error) => this.complaints.push(error.stack ?? error.message));
    await this.#page.goto(`${this.#address}&as=${name}`);
    for (const other of others) await this.#person(other).waitFor();
  }

  /** Writes a line to one of them, as a person does. */
  async write(to, text) {
    await this.#person(to).click();
    await this.#page.getByLabel("Your line").fill(text);
    await this.#page.getByRole("button", { name: "Send" }).click();
    this.#written += 1;
  }

  /**
   * What stands in the page, once its lines have been read or it took too long: lines written and read by others, in the talks of these people, by which road, and its chain's newest block.
   * @param {readonly string[]} others
   */
  async look(others) {
    const ticks = [];
    for (const other of others) {
      await this.#person(other).click();
      const waiting = this.#page.getByText("waiting for a road").first();
      await waiting.waitFor({ state: "detached" }).catch(() => undefined);
      ticks.push(...(await this.#page.locator(".tick[data-tick=read]").allTextContents()));
    }
    const tip = await this.#page.locator("#chain").getAttribute("data-tip");
    const byRoad = {};
    for (const tick of ticks) {
      const road = /by (.*) in/.exec(tick)?.[1] ?? "?";
      byRoad[road] = (byRoad[road] ?? 0) + 1;
    }
    return { written: this.#written, read: ticks.length, byRoad, tip };
  }

  /** Resolves when the page's chain ends so, or it took too long. */
  async untilTip(tip) {
    await this.#page
      .locator(`#chain[data-tip="${tip}"]`)
      .waitFor()
      .catch(() => undefined);
  }

  async picture(folder, name) {
    await this.#page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async close() {
    await this.#browser?.close();
    await this.#site.close();
  }

  #person(name) {
    return this.#page.getByRole("button", { name: new RegExp(`^${name}`) });
  }
}
