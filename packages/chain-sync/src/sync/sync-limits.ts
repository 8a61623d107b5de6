import type { BucketSize } from "@swarm-space/core";

const tipsHeard: BucketSize = Object.freeze({ capacity: 8, perSecond: 4 });
const descriptionsGiven: BucketSize = Object.freeze({ capacity: 16, perSecond: 2 });

/** Limits of the protocol `chain/1`. What is over them is refused before it is looked at. */
export const syncLimits = Object.freeze({
  locatorIds: 101,
  /** As in Bitcoin Core's `MAX_HEADERS_RESULTS`. */
  headersPerAnswer: 2_000,
  bodiesPerRequest: 16,
  /** Soft: an answer ends with the body that passes it. One body is at most 1 MiB. */
  bytesPerAnswer: 2_097_152,
  transactionsPerRequest: 256,
  transactionBytesPerAnswer: 131_072,
  announcedIds: 1_000,
  /** Ends of its chain that one peer may tell of; one beyond them is not read, and costs a point. */
  tipsHeard,
  /** Own ends that one peer is told, and the most that are under way to it: half, so that a way that holds some up makes nobody a flooder. */
  tipsTold: Object.freeze({ capacity: tipsHeard.capacity / 2, perSecond: tipsHeard.perSecond / 2 }),
  /** Transactions of a new block that are named beside its header; a larger one is told by its header alone. */
  shortIds: 512,
  /** Bodies under way from one peer. */
  bodiesInFlight: 16,
  /** How far above the tip bodies are asked for. */
  window: 1_024,
  /** Bodies under way from all peers. */
  bodiesInFlightOfAll: 128,
  /** Fingerprints of descriptions that one peer may have compared: each may be answered with all marks, some 300 KB. */
  marksCompared: Object.freeze({ capacity: 4, perSecond: 1 / 30 }),
  /** Requests for descriptions that one peer is answered: 16 of 32 KiB each, so 1 MiB a second. */
  descriptionsGiven,
  /** Those that one peer is asked: half, so that nobody honest is refused. */
  descriptionsAsked: Object.freeze({
    capacity: descriptionsGiven.capacity / 2,
    perSecond: descriptionsGiven.perSecond / 2,
  }),
  headersTimeoutMs: 15_000,
  bodiesTimeoutMs: 15_000,
  transactionsTimeoutMs: 5_000,
  stallMs: 2_000,
  mostStallMs: 64_000,
  /** How long transactions are gathered before they are announced. */
  announceMs: 100,
});
