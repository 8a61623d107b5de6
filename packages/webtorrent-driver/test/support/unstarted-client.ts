import { systemClock } from "@swarm-space/core";
import { openWebRtc } from "@swarm-space/webrtc-driver";
import { Client } from "bittorrent-tracker";
import type { WebSocketTracker } from "../../src/tracker/tracker-client.ts";

/** The tracker of a client that is never started, so that nobody is asked anything. */
export class UnstartedClient implements AsyncDisposable {
  readonly tracker: WebSocketTracker;
  readonly #end: () => Promise<void>;

  private constructor(tracker: WebSocketTracker, end: () => Promise<void>) {
    this.tracker = tracker;
    this.#end = end;
  }

  static async open(): Promise<UnstartedClient> {
    const engine = await openWebRtc({ clock: systemClock() });
    const client = new Client({
      infoHash: "ab".repeat(20),
      peerId: "cd".repeat(20),
      announce: ["ws://127.0.0.1:9"],
      port: 6_881,
      wrtc: engine.wrtc("whole"),
      rtcConfig: {},
    });
    client.on("warning", () => undefined);
    const [tracker] = client._trackers;
    if (tracker === undefined) throw new Error("no tracker");
    return new UnstartedClient(tracker, async () => {
      await new Promise<void>((resolve) => client.destroy(resolve));
      await engine.close();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}
