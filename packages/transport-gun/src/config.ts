import { relayUrl, roadOptions } from "@swarm-space/gun-driver/road";
import * as z from "zod";

const serve = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8_765)
    .describe("Port of the relay that this node runs; 0 takes a free one."),
  host: z.string().min(1).default("127.0.0.1").describe("Address it listens on; 0.0.0.0 lets other machines in."),
  url: relayUrl.optional().describe("URL under which others reach this relay. Default: host and port as given."),
  path: z.string().startsWith("/").default("/gun").describe("Path of its WebSocket."),
  peerWithRelays: z
    .boolean()
    .default(true)
    .describe("Whether this relay links to each of `relays`, so that peers of different relays reach each other."),
  maxConnections: z.int().min(1).default(1_024).describe("Connections taken at once."),
  maxBytes: z
    .int()
    .min(65_536)
    .default(64 * 1_048_576)
    .describe("Text kept in memory in all; the oldest gives way."),
  mailboxTtlMs: z
    .int()
    .min(1_000)
    .default(604_800_000)
    .describe("Longest time this relay keeps a letter for somebody who is away, in milliseconds."),
  mailboxBytes: z
    .int()
    .min(65_536)
    .default(64 * 1_048_576)
    .describe("Text of all letters that this relay keeps in memory; beyond, it refuses them."),
  keyTtlMs: z.int().min(1_000).default(60_000).describe("How long a key is kept, in milliseconds."),
});

/** Options of this plugin. */
export const gunConfig = z.strictObject({
  relays: z.array(relayUrl).max(16).default([]).describe("Gun relays, as http:, https:, ws: or wss: URLs."),
  serve: serve.optional().describe("Makes this node a relay too (Node alone)."),
  ...roadOptions,
});

export type GunConfig = z.output<typeof gunConfig>;
