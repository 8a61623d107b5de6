import { rtcOptions } from "@swarm-space/webrtc-driver";
import * as z from "zod";
import { parseServerUrl } from "./server-url.ts";

const serverUrl = z
  .string()
  .max(512)
  .refine((text) => parseServerUrl(text) !== undefined, {
    error: "expected a ws:, wss:, http: or https: URL without user, query or fragment",
  });

const rendezvous = z.strictObject({
  slots: z
    .int()
    .min(0)
    .max(8)
    .default(4)
    .describe("Ids derived from the network's name under which nodes meet on each server; 0: none."),
  everyMs: z
    .int()
    .min(1_000)
    .default(30_000)
    .describe("How often, on average, list and rendezvous ids are looked at, in milliseconds."),
});

/** Options of this plugin. */
export const peerjsConfig = z.strictObject({
  servers: z.array(serverUrl).max(8).default([]).describe("URLs of PeerServers; this node is on all of them."),
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default("peerjs")
    .describe("The servers' API key."),
  ...rtcOptions,
  rendezvous: rendezvous.prefault({}).describe("How nodes find each other where a server lists nobody."),
  listPeers: z.boolean().default(true).describe("Whether servers are asked for their peer lists."),
  openTimeoutMs: z
    .int()
    .min(0)
    .default(2_000)
    .describe("How long opening waits for the first server before it goes on in the background, in milliseconds."),
  // Shorter than a dial, so that a deaf server is not taken for a silent peer.
  serverTimeoutMs: z
    .int()
    .min(100)
    .default(5_000)
    .describe("How long a server may take to greet or to answer, in milliseconds."),
  // A stock server says after 5 to 6 s that nobody is there.
  dialTimeoutMs: z
    .int()
    .min(100)
    .max(9_500)
    .default(9_500)
    .describe("How long a dial may take in all, in milliseconds."),
  attemptTimeoutMs: z
    .int()
    .min(100)
    .default(3_000)
    .describe("How long a peer connection may take to its answer, and then to its opening, in milliseconds."),
  backoffBaseMs: z
    .int()
    .min(1)
    .default(1_000)
    .describe("First upper bound of the wait before a server is dialled again."),
  probeMs: z
    .int()
    .min(60_000)
    .default(60_000)
    .describe("Least wait between dials of a server that failed five times in a row, in milliseconds."),
  maxConnections: z.int().min(1).default(128).describe("Connections at once."),
});

export type PeerjsConfig = z.output<typeof peerjsConfig>;
