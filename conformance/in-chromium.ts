import type { Browser } from "playwright-core";
import { findChromium, launchChromium } from "../tests/browser/support/chromium.ts";
import { openSite, type Site } from "../tests/browser/support/site.ts";
import { openPageServers } from "./page-servers.ts";
import type { TrialOptions, Verdict } from "./trial.ts";

/** Subjects that run in a page too, as `pages/subjects-page.ts` has them. */
export const chromiumNames: readonly string[] = [
  "webrtc-transport",
  "peerjs-transport",
  "integrated-direct",
  "integrated-relay",
  "memory-discovery",
  "bootstrap-discovery",
  "gun-discovery",
  "peerjs-discovery",
  "components-discovery",
  "webtorrent-discovery",
];

/** Runs subjects in a page of a real Chromium, one after the other. Where there is none each is skipped as a whole, and does not hold. */
export async function tryInChromium(names: readonly string[], options: TrialOptions): Promise<readonly Verdict[]> {
  const executable = findChromium();
  if (executable === undefined) {
    const skips = [
      { promise: "everything, in Chromium", reason: "no Chromium on this machine: install it, or name it in CHROMIUM" },
    ];
    return names.map((subject) => ({ subject, passed: 0, failures: [], skips }));
  }
  const site = await openSite(["conformance/pages"]);
  try {
    const browser = await launchChromium(executable);
    try {
      return await tryAll(names, options, site, browser);
    } finally {
      await browser.close();
    }
  } finally {
    await site.close();
  }
}

async function tryAll(
  names: readonly string[],
  { progress, ...options }: TrialOptions,
  site: Site,
  browser: Browser,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const name of names) {
    const servers = openPageServers();
    const page = await browser.newPage();
    try {
      page.on("pageerror", (error) => progress(`in chromium: thrown: ${error.message}`));
      await page.exposeFunction("progress", (line: string) => progress(`in chromium: ${line}`));
      for (const [call, serve] of Object.entries(servers.calls)) await page.exposeFunction(call, serve);
      await page.goto(`${site.url}/conformance/pages/subjects.html`);
      verdicts.push(
        await page.evaluate(([name, options]) => window.trySubject(name, options), [name, options] as const),
      );
    } finally {
      await page.close();
      await servers.close();
    }
  }
  return verdicts;
}
