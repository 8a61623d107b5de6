import { relayUrl, roadOptions } from "@swarm-space/gun-driver/road";
import { rtcOptions } from "@swarm-space/webrtc-driver";
import { finderOptions } from "@swarm-space/webtorrent-driver";
import * as z from "zod";

/** Options of this plugin. */
export const integratedConfig = z.strictObject({
  gunRelays: z
    .array(relayUrl)
    .max(16)
    .default([])
    .describe("Gun relays that signal, relay and keep letters, as http:, https:, ws: or wss: URLs."),
  ...finderOptions,
  roads: z
    .array(z.enum(["direct", "relay"]))
    .min(1)
    .max(2)
    .default(["direct", "relay"])
    .describe("Roads that are dialled: a data channel, or the relay itself. Both, unless one is not wanted."),
  ...rtcOptions,
  attemptTimeoutMs: z
    .int()
    .min(200)
    .max(4_500)
    .default(3_000)
    .describe(
      "How long one try of a data channel may take, in milliseconds. A second one follows, or begins half that time after somebody answered.",
    ),
  ...roadOptions,
});

export type IntegratedConfig = z.output<typeof integratedConfig>;
