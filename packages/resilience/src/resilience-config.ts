import * as z from "zod";

/** The seed's names of transports, best first; any other transport id is as good. */
export type TransportPriority = "integrated" | "gun" | "peerjs" | (string & {});

/** The seed's `transportReliability`. */
export const seedReliability: Readonly<Record<string, number>> = Object.freeze({
  integrated: 1,
  gun: 0.8,
  peerjs: 0.6,
});

const milliseconds = z.int().positive();
const share = z.number().min(0).max(1);

/** Options of the plugin. Every one has a default; all times are milliseconds of the monotonic clock. */
export const resilienceConfig = z
  .strictObject({
    failureThreshold: z.int().positive().default(5).describe("Failures in a row that open a breaker."),
    openStateTimeout: milliseconds.default(60_000).describe("Shortest wait of an open breaker, in milliseconds."),
    halfOpenSuccessThreshold: z.int().positive().default(3).describe("Successes in half-open that close a breaker."),
    maxBackoffMs: milliseconds.default(300_000).describe("Longest backoff, in milliseconds."),
    baseBackoffMs: milliseconds
      .default(1_000)
      .describe("Base of the backoff min(base * 2^failures, max), in milliseconds. At most maxBackoffMs."),
    jitter: share
      .default(0)
      .describe(
        "Share of each wait that is left to chance: a wait lies between (1 - jitter) * wait and wait. 0 keeps the seed's exact numbers; set 0.5 where many nodes hang on one relay.",
      ),
    halfOpenProbes: z.int().positive().max(1_000).default(3).describe("Attempts that may be in flight in half-open."),
    probeTimeoutMs: milliseconds
      .default(30_000)
      .describe("After this time, in milliseconds, a half-open attempt without a result gives its permit back."),
    maxBreakers: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe("Breakers remembered at most. Beyond it those at rest go first, then those not open; oldest first."),
    reliability: z
      .record(z.string().min(1).max(64), share)
      .default({ ...seedReliability })
      .describe("Prior reliability by transport, 0 to 1. What is left out keeps the seed's value."),
    unknownReliability: share.default(0.5).describe("Prior reliability of a transport named nowhere, 0 to 1."),
    learningRate: z
      .number()
      .gt(0)
      .max(1)
      .default(0.2)
      .describe(
        "How far one outcome moves the score of its way towards 1 or 0: a share of the distance. The (peer, transport) score moves by half of it, the transport's by a quarter.",
      ),
    scoreHoldMs: z
      .int()
      .min(0)
      .default(60_000)
      .describe("A score rests this long after its last outcome before it fades, in milliseconds."),
    scoreHalfLifeMs: milliseconds
      .default(600_000)
      .describe("Then half of what was learnt is forgotten in each such time, in milliseconds."),
    maxScoredPeers: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe("Peers whose scores are remembered at most; the oldest goes first."),
    failurePenaltyMs: z
      .int()
      .min(0)
      .default(2_000)
      .describe("What a failed send costs, in milliseconds; weighed with the chance of failure."),
    dialPenaltyMs: z.int().min(0).default(500).describe("What it costs that a way is not connected, in milliseconds."),
    relayPenaltyMs: z
      .int()
      .min(0)
      .default(25)
      .describe("What it costs that a third party carries the bytes, in milliseconds."),
    hysteresis: z
      .number()
      .min(0)
      .lt(1)
      .default(0.15)
      .describe("A way must be cheaper than the leading one by this share to replace it."),
    stickinessMs: z.number().min(0).default(5).describe("And by at least so much, in milliseconds: less is noise."),
    minSwitchMs: z
      .int()
      .min(0)
      .default(10_000)
      .describe("A leading way that works is not replaced again within this time, in milliseconds."),
    loserProbeMs: z
      .int()
      .min(0)
      .default(30_000)
      .describe("The second-best connected way goes first once in about this time, in milliseconds. 0: never."),
  })
  .refine((config) => config.baseBackoffMs <= config.maxBackoffMs, {
    path: ["baseBackoffMs"],
    error: "baseBackoffMs must be at most maxBackoffMs",
  });

/** The options as a user writes them: all optional. The seed's five keys are among them. */
export type ResilienceConfig = z.input<typeof resilienceConfig>;

/** The options with their defaults. */
export type ResilienceSettings = z.output<typeof resilienceConfig>;
