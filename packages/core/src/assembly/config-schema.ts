import * as z from "zod";
import { maxTtlMs } from "../messaging/limits.ts";

/** One entry of `plugins` in a config file. */
export const pluginEntrySchema = z.strictObject({
  use: z.string().min(1).max(512).describe("The plugin's npm name, or the path of its module as seen from this file."),
  with: z.record(z.string(), z.unknown()).optional().describe("The plugin's own options."),
  enabled: z
    .boolean()
    .optional()
    .describe("False leaves the plugin out; its package need not be installed. Default true."),
});

export const messagingSchema = z.strictObject({
  ttlMs: z
    .int()
    .min(1)
    .max(maxTtlMs)
    .default(30_000)
    .describe(
      "How long a letter may wait for its confirmation, in milliseconds, where `send` names no time of its own.",
    ),
  maxLetterBytes: z
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(16 * 1024 * 1024)
    .describe("The largest letter that is sent or taken, in bytes, after encoding."),
  outboxLetters: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(16_384)
    .describe("Most letters that wait to be sent to one peer."),
  outboxBytes: z
    .int()
    .min(1024)
    .max(4 * 1024 * 1024 * 1024)
    .default(64 * 1024 * 1024)
    .describe("Most bytes of letters that wait to be sent to one peer."),
  maxPeers: z
    .int()
    .min(1)
    .max(100_000)
    .default(1024)
    .describe("Most peers this node keeps connections and queues for."),
});

export const startSchema = z.strictObject({
  openTimeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(5000)
    .describe("How long start waits for a transport to be ready, in milliseconds. One that is late goes on trying."),
});

export const linksSchema = z.strictObject({
  keep: z
    .enum(["standby", "all"])
    .default("standby")
    .describe(
      "Links kept to a peer that is wanted: the best and a standby that does not fail with it; or one by each way that leads there, at most 8.",
    ),
});

export const identitySchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(4096)
    .describe("Key file, as seen from the configuration. Made at the first start, readable by its owner alone."),
});

/** The outer shape of a configuration. Each plugin's options have a schema of their own. */
export const configSchema = z.strictObject({
  $schema: z.string().max(2048).optional().describe("Where an editor finds this schema."),
  network: z
    .string()
    .min(1)
    .max(64)
    .default("swarm-space")
    .describe("Name of the network, 1 to 64 characters. Peers of another network are strangers."),
  plugins: z
    .array(pluginEntrySchema)
    .max(256)
    .default([])
    .describe("The plugins of this node. Their order matters to nobody but ties."),
  identity: identitySchema
    .optional()
    .describe("Who this node is. Absent: a fresh identity that ends with the process."),
  messaging: messagingSchema.prefault({}).describe("Letters: their time to live and their limits."),
  links: linksSchema.prefault({}).describe("How many links are kept to a peer."),
  start: startSchema.prefault({}).describe("How the node starts."),
});

export type PluginEntry = z.input<typeof pluginEntrySchema>;
export type MessagingConfig = z.output<typeof messagingSchema>;
export type LinksConfig = z.output<typeof linksSchema>;
export type StartConfig = z.output<typeof startSchema>;
export type IdentityConfig = z.output<typeof identitySchema>;
