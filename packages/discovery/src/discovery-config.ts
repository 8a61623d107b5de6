import * as z from "zod";

/** The seed's two stable peers. They are addresses at PeerJS, not identities: who is there is learnt by the handshake. */
export const seedBootstrap: readonly string[] = Object.freeze([
  "peer-c99d22420d76-mhjpqwnr-9n02yin",
  "peer-fc6ea1c770f8-mhjpq7fc-trrbbig",
]);

/** The seed's cascade, by the ids of the sources. */
export const seedOrder: readonly string[] = Object.freeze(["bootstrap", "webtorrent", "gun", "peerjs"]);

const milliseconds = z.int().positive();
const name = z.string().min(1).max(64);
const value = z.string().min(1).max(1_024);

const bootstrapEntry = z.union([
  value.describe("An address at PeerJS."),
  z.strictObject({
    transport: name.describe("Id of the transport that reads the address."),
    value: value.describe("The address, as that transport reads it."),
    rendezvous: value.optional().describe("The relay or server the address depends on."),
  }),
]);

/** Options of the plugin. Every one has a default; all times are milliseconds of the monotonic clock. */
export const discoveryConfig = z
  .strictObject({
    order: z
      .array(name)
      .max(64)
      .default([...seedOrder])
      .describe("Ids of the sources in the order in which they are asked. Sources that are not named here come last."),
    bootstrap: z
      .array(bootstrapEntry)
      .max(64)
      .default([...seedBootstrap])
      .describe("Stable peers that are tried first: addresses at PeerJS, or of another transport."),
    enough: z
      .int()
      .min(1)
      .max(1_000)
      .default(8)
      .describe("No source is asked while so many of the peers that this node chose are connected."),
    budgetMs: milliseconds
      .default(500)
      .describe("The next source is added when the ones before have found too few for so long, in milliseconds."),
    restartMs: milliseconds
      .default(1_000)
      .describe("The cascade begins again so long after peers have become too few, in milliseconds."),
    jitter: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe("Each of these times is made longer or shorter by up to this share of it, so that a herd spreads."),
    seekMs: milliseconds
      .default(30_000)
      .describe(
        "Sources are asked for so long, in milliseconds, for a peer that letters wait for, enough peers or not.",
      ),
    slots: z
      .int()
      .min(1)
      .max(1_000)
      .default(32)
      .describe(
        "Most peers that are dialled because they were heard of. Peers that dial this node are not among them.",
      ),
    sourceShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe("No source fills more than this share of the slots, nor counts for more of `enough`."),
    perRange: z
      .int()
      .min(1)
      .default(2)
      .describe("Most slots of one public address range: a /16 (IPv4) or a /48 (IPv6)."),
    candidatesPerSource: z
      .int()
      .min(1)
      .max(50)
      .default(50)
      .describe("Strangers remembered of one source. Beyond it one of the most crowded address range goes."),
    knownPeers: z
      .int()
      .min(1)
      .max(10_000)
      .default(256)
      .describe(
        "Peers remembered that were reached once, over restarts where the store is durable; the lowest score goes first.",
      ),
    anchors: z
      .int()
      .min(0)
      .max(64)
      .default(8)
      .describe("Slots that the best known peers have before all others, connected or not."),
    halfLifeMs: milliseconds
      .default(7 * 86_400_000)
      .describe("What is known of a peer counts half after so long, in milliseconds."),
    creditMs: milliseconds
      .default(600_000)
      .describe(
        "A peer earns at most one success in so long, by being reached or by staying connected, and one failure; in milliseconds.",
      ),
    sightingsPerSecond: z
      .number()
      .gt(0)
      .max(10_000)
      .default(32)
      .describe("Sightings that are read from one source in a second; it waits with the others."),
    sightingsBurst: z
      .int()
      .min(1)
      .max(10_000)
      .default(256)
      .describe("Sightings that are read from one source at once."),
  })
  .refine((config) => config.enough <= config.slots, {
    path: ["enough"],
    error: "enough must be at most slots",
  })
  .refine((config) => config.anchors <= config.slots, {
    path: ["anchors"],
    error: "anchors must be at most slots",
  });

/** The options as a user writes them: all optional. */
export type DiscoveryConfig = z.input<typeof discoveryConfig>;

/** The options with their defaults. */
export type DiscoverySettings = z.output<typeof discoveryConfig>;
