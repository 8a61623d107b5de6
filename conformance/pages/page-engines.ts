import WebTorrent from "webtorrent/dist/webtorrent.min.js";
import type { PageEngine } from "../tracker-place.ts";

export const components: PageEngine = { name: "components", make: () => "components", end: async () => undefined };

/** A whole client, which a page has from WebTorrent's own bundle and hands over: no bundler builds it without Node's modules. */
export const wholeClient: PageEngine = {
  name: "webtorrent",
  make: () => new WebTorrent({ dht: false, tracker: false, lsd: false, utPex: false, webSeeds: false }),
  async end(engine) {
    if (typeof engine !== "string") await new Promise<void>((resolve) => engine.destroy(() => resolve()));
  },
};
