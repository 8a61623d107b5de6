import type { TestProject } from "vitest/node";
import { findChromium } from "./chromium.ts";
import { openSite } from "./site.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The Chromium to start; empty where there is none. */
    chromium: string;
    /** Where the pages are. */
    site: string;
  }
}

/** Once a run: builds and serves the pages, where there is a Chromium to show them. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const chromium = findChromium() ?? "";
  project.provide("chromium", chromium);
  if (chromium === "") {
    project.provide("site", "");
    return undefined;
  }
  const site = await openSite();
  project.provide("site", site.url);
  return () => site.close();
}
