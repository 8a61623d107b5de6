import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";
import { betweenPages, shownAddresses, withNode } from "../support/peerjs-letters.ts";

const count = 1_000;

/** Chromium shows a page's addresses as names under .local (draft-ietf-mmusic-mdns-ice-candidates) unless told not to. */
describe.each([
  ["mDNS on", []],
  ["mDNS off", ["--disable-features=WebRtcHideLocalIpsWithMdns"]],
] as const)(
  "PeerJS on an unmodified PeerServer, %s: 1,000 letters each way, none lost, none doubled",
  (mdns, flags) => {
    inChromium(
      "so the page shows its addresses",
      async (stage) => {
        const shown = await shownAddresses(stage);
        expect(shown).not.toEqual([]);
        for (const address of shown) expect(address.endsWith(".local")).toBe(mdns === "mDNS on");
      },
      30_000,
      flags,
    );
    for (const dials of ["page", "other"] as const) {
      const who = dials === "page" ? "the first" : "the second";
      inChromium(`page and page, ${who} dials`, (stage) => betweenPages(stage, count, dials), 30_000, flags);
    }
    for (const dials of ["page", "other"] as const) {
      const who = dials === "page" ? "the page" : "Node";
      inChromium(`page and Node, ${who} dials`, (stage) => withNode(stage, count, dials), 30_000, flags);
    }
  },
);
