import { systemClock } from "@swarm-space/core";
import { openTracker } from "../packages/cli/src/tracker/tracker-server.ts";

/** A tracker of WebTorrent's. A page's is the command's. */
export interface TrackerServer {
  readonly url: string;
  /** A stranger offers what is no offer to all who meet under an info hash (40 hex digits). */
  babble(infoHash: string): Promise<void>;
  close(): Promise<void>;
}

export type OpenTracker = () => Promise<TrackerServer>;

/** Offers that are none, and one whose channel never opens. */
const noOffers = [
  "",
  "rubbish",
  "v=0\r\nrubbish",
  `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=fingerprint:sha-256 ${Array(32).fill("00").join(":")}\r\n`,
];

export async function openTrackerServer(): Promise<TrackerServer> {
  const tracker = await openTracker({ clock: systemClock(), port: 0 });
  const { url } = tracker;
  return {
    url,
    async babble(infoHash) {
      const socket = new WebSocket(url);
      await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
      const answered = new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
      const offers = noOffers.map((sdp, at) => ({ offer: { type: "offer", sdp }, offer_id: `${at}`.repeat(20) }));
      const info_hash = Buffer.from(infoHash, "hex").toString("latin1");
      socket.send(
        JSON.stringify({ action: "announce", info_hash, peer_id: "s".repeat(20), numwant: offers.length, offers }),
      );
      await answered;
      socket.close();
    },
    close: () => tracker.close(),
  };
}
