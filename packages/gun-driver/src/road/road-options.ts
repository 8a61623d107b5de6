import * as z from "zod";
import { normalizeRelayUrl } from "../relay-url.ts";

/** A relay's URL, as options take it. */
export const relayUrl = z
  .string()
  .refine((text) => normalizeRelayUrl(text) !== undefined, { error: "expected a ws:, wss:, http: or https: URL" });

const presence = z.strictObject({
  announce: z.boolean().default(true).describe("Whether this node tells its relays that it is there."),
  refreshMs: z.int().min(100).default(20_000).describe("How often the presence record is renewed, in milliseconds."),
  ttlMs: z.int().min(300).default(60_000).describe("How long a presence record counts, in milliseconds."),
});

/** Options of every plugin with a road by Gun relays: fields for its own schema. */
export const roadOptions = {
  presence: presence.prefault({}).describe("How nodes find each other through their relays."),
  frameBytes: z
    .int()
    .min(1_024)
    .max(24_000)
    .default(24_000)
    .describe("Largest frame, in bytes; as text it must stay within 32 KiB."),
  dialTimeoutMs: z
    .int()
    .min(100)
    .default(4_000)
    .describe("How long a dial waits for the peer's answer, in milliseconds."),
  depositTimeoutMs: z
    .int()
    .min(100)
    .default(8_000)
    .describe("How long a relay may take to say that it keeps a letter, in milliseconds."),
  openTimeoutMs: z
    .int()
    .min(0)
    .default(2_000)
    .describe("How long opening waits for the first relay before it goes on in the background, in milliseconds."),
  graceMs: z
    .int()
    .min(0)
    .default(1_500)
    .describe(
      "How long connections outlive the link to their relay, in milliseconds; a link that is back in time loses none.",
    ),
  lostMs: z
    .int()
    .min(500)
    .default(8_000)
    .describe("Nothing acknowledged for so long: the connection is lost, in milliseconds."),
  probeMs: z.int().min(500).default(10_000).describe("A connection silent for so long is probed, in milliseconds."),
  linkBackoffBaseMs: z
    .int()
    .min(1)
    .default(200)
    .describe("First upper bound of the wait before a relay is dialled again."),
  linkBackoffCapMs: z.int().min(1).default(3_000).describe("Last upper bound of that wait, in milliseconds."),
  maxConnections: z.int().min(1).default(256).describe("Connections at once."),
  maxOpensPerSecond: z.int().min(1).default(64).describe("Inbound dials heard per second; four times as many at once."),
  bufferBytes: z
    .int()
    .min(4_096)
    .default(262_144)
    .describe("Bytes that wait in one connection before it asks senders to pause."),
};

const roadConfig = z.strictObject(roadOptions);

export type RoadConfig = z.output<typeof roadConfig>;
