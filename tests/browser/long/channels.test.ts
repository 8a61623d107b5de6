import { Negotiation, type Signal } from "@swarm-space/webrtc-driver";
import { RTCPeerConnection as LibraryPeer } from "node-datachannel/polyfill";
import { describe, expect } from "vitest";
import { inChromium } from "../support/in-chromium.ts";

describe("a data channel's hostile other side, in a page", () => {
  inChromium("text, too much, another's fingerprint: each ends by name, and nothing is thrown", async (stage) => {
    const page = await stage.open("/tests/browser/pages/channel.html");
    const { passed, failed } = await page.evaluate(() => window.runCases());
    expect(failed).toEqual([]);
    expect(passed).toEqual(["text", "66,561 bytes", "another's fingerprint"]);
    expect(stage.complaints).toEqual([]);
  });

  inChromium(
    "10 MB, which a Chromium itself would not send: the connection is over, and nothing is thrown",
    async (stage) => {
      const page = await stage.open("/tests/browser/pages/channel.html");
      const stranger = new LibraryPeer({ iceServers: [], ...{ bindAddress: "127.0.0.1", maxMessageSize: 20_000_000 } });
      stage.onEnd(async () => stranger.close());
      const there = new Negotiation(stranger, (signal) => void page.evaluate((s) => window.outside.hear(s), signal));
      await page.exposeFunction("tellStranger", (signal: Signal) => there.receive(signal));
      const sent = new Promise<void>((resolve) => {
        stranger.addEventListener("datachannel", (event) => {
          if (!("channel" in event)) return;
          const channel = event.channel as RTCDataChannel;
          const send = () => {
            channel.send(new Uint8Array(10_000_000));
            resolve();
          };
          if (channel.readyState === "open") send();
          else channel.addEventListener("open", send);
        });
      });
      const by = page.evaluate(() => window.outside.closedBy());
      await sent;
      // Chromium ends the channel before the message is whole.
      expect(await by).toBe("protocol");
      expect(stage.complaints).toEqual([]);
    },
  );
});
