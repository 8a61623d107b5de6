import type { Page } from "playwright-core";

/** What the node of a page was told by that name. */
export async function told(page: Page, name: string): Promise<readonly unknown[]> {
  const events = await page.evaluate(() => window.node.events);
  return events.filter((each) => each.name === name).map(({ detail }) => detail);
}

export function tenLetters(page: Page, to: string) {
  return page.evaluate((to) => window.node.sendMany(to, "honest", 10), to);
}
