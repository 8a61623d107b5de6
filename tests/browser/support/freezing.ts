import type { Page } from "playwright-core";

/**
 * Stops the script of a page, timers and all, as a frozen one's. A headless page counts as visible, and a visible page is never frozen: the
 * debugger does it instead.
 * @returns resumes it
 */
export async function freeze(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Debugger.enable");
  await devtools.send("Debugger.pause");
  return async () => void (await devtools.send("Debugger.disable"));
}
