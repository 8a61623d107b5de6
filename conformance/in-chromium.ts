import type { Browser } from "playwright-core";
import { findChromium, launchChromium } from "../tests/browser/support/chromium.ts";
import { openSite, type Site } from "../tests/browser/support/site.ts";
import { forkPeerServer } from "./peer-servers.ts";
import type { PeerServerProcess } from "./peerjs-place.ts";
import type { TrialOptions, Verdict } from "./trial.ts";

/** Subjects that run in a page too, as `pages/subjects-page.ts` has them. */
export const chromiumNames: readonly string[] = ["webrtc-transport", "peerjs-transport", "peerjs-discovery"];

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
  const servers = new Map<number, PeerServerProcess>();
  const verdicts: Verdict[] = [];
  try {
    for (const name of names) {
      const page = await browser.newPage();
      page.on("pageerror", (error) => progress(`in chromium: thrown: ${error.message}`));
      await page.exposeFunction("progress", (line: string) => progress(`in chromium: ${line}`));
      await page.exposeFunction("startPeerServer", async (port: number) => {
        const server = await forkPeerServer(port);
        servers.set(server.port, server);
        return server.port;
      });
      await page.exposeFunction("killPeerServer", (port: number) => servers.get(port)?.kill());
      await page.goto(`${site.url}/conformance/pages/subjects.html`);
      verdicts.push(
        await page.evaluate(([name, options]) => window.trySubject(name, options), [name, options] as const),
      );
      await page.close();
    }
  } finally {
    for (const server of servers.values()) await server.kill();
  }
  return verdicts;
}
