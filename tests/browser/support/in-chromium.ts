import type { Browser, BrowserContext, Page } from "playwright-core";
import { inject, test } from "vitest";
import { launchChromium } from "./chromium.ts";

/** Pages, and what must be undone at the end. */
export interface Stage {
  readonly browser: Browser;
  /** Opens a page of the site, as "/tests/browser/pages/node.html". Without a context it is another person's browser. */
  open(path: string, context?: BrowserContext): Promise<Page>;
  /** Runs at the end of the test, last first. */
  onEnd(undo: () => Promise<unknown>): void;
  /** What pages threw or logged as errors. */
  readonly complaints: readonly string[];
}

/**
 * A test in a Chromium of its own. Where there is none it is skipped, and its name says why.
 * @param flags words for Chromium's command line
 */
export function inChromium(
  name: string,
  body: (stage: Stage) => Promise<void>,
  timeoutMs = 30_000,
  flags: readonly string[] = [],
): void {
  const executable = inject("chromium");
  if (executable === "") test(`${name} (needs Chromium)`, ({ skip }) => skip("no Chromium on this machine"));
  else test(name, { timeout: timeoutMs }, () => onStage(executable, flags, body));
}

async function onStage(
  executable: string,
  flags: readonly string[],
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  const complaints: string[] = [];
  const browser = await launchChromium(executable, flags);
  undo.push(() => browser.close());
  try {
    await body({
      browser,
      complaints,
      onEnd: (step) => void undo.push(step),
      open: async (path, context) => {
        const page = await (context ?? (await browser.newContext())).newPage();
        // Shorter than a test: what is waited for in vain is named.
        page.setDefaultTimeout(15_000);
        page.on("pageerror", (error) => complaints.push(`${path}: ${error.message}`));
        page.on("console", (line) => line.type() === "error" && complaints.push(`${path}: ${line.text()}`));
        await page.goto(`${inject("site")}${path}`);
        return page;
      },
    });
  } catch (error) {
    // A page that could not load says why on its own side alone.
    if (complaints.length > 0 && error instanceof Error) error.message += `\nThe pages say: ${complaints.join("; ")}`;
    throw error;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}
