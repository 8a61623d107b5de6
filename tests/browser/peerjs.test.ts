import { describe } from "vitest";
import { inChromium } from "./support/in-chromium.ts";
import { betweenPages, withNode } from "./support/peerjs-letters.ts";

/** In short; each way of dialling, with and without mDNS, and 1,000 letters each way: `long/peerjs.test.ts`. */
describe("PeerJS on an unmodified PeerServer", () => {
  inChromium("page and page: 100 letters each way, none lost, none doubled", (stage) =>
    betweenPages(stage, 100, "page"),
  );
  inChromium("Node dials a page: 100 letters each way, none lost, none doubled", (stage) =>
    withNode(stage, 100, "other"),
  );
});
