import * as z from "zod";
import { isNodeAddress, nodeForm } from "./node-address.ts";

const trackerUrl = z.url({ protocol: /^wss?$/, error: "expected a ws: or wss: URL" }).max(512);

const node = z
  .string()
  .max(256)
  .regex(nodeForm, { error: "expected host:port", abort: true })
  .refine(isNodeAddress, { error: "expected a port from 1 to 65,535" });

const dht = z.strictObject({
  bootstrap: z
    .array(node)
    .max(16)
    .default([])
    .describe("Nodes by which the BitTorrent DHT is entered, as host:port. None: no DHT. Browsers have none at all."),
  host: z
    .string()
    .regex(/^([\p{L}\p{N}_.-]+|[0-9a-fA-F:.]+(%[\p{L}\p{N}_.-]+)?)$/u, {
      error: "expected a host name or an IP address",
    })
    .optional()
    .describe("Address that UDP and TCP listen on. Default: all of this machine's."),
  port: z.int().min(0).max(65_535).default(0).describe("UDP and TCP port of this node in the DHT; 0 takes free ones."),
});

/** Options of every plugin that finds by WebTorrent: fields for its own schema. */
export const finderOptions = {
  trackers: z.array(trackerUrl).max(8).default([]).describe("WebSocket trackers by which peers meet."),
  dht: dht.prefault({}).describe("The DHT by which Node peers meet."),
  engine: z
    .enum(["components", "webtorrent"])
    .default("components")
    .describe("What finds: WebTorrent's own components, or a whole `webtorrent`, which the app has installed."),
};
