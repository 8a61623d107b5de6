import type { BucketSize } from "@swarm-space/core";

const tipsHeard: BucketSize = Object.freeze({ capacity: 8, perSecond: 4 });
const descriptionsGiven: BucketSize = Object.freeze({ capacity: 16, perSecond: 2 });

/** Limits of the protocol `chain/1`. What is over them is refused before it is looked at. */
export const syncLimits = Object.freeze({
  locatorIds: 101,
  /** As in Bitcoin Core's `MAX_HEADERS_RESULTS`. */
  headersPerAnswer: 2_000,
  /** Of a peer that gave nothing new yet. */
  firstHeaders: 16,
  bodiesPerRequest: 16,
  /** Soft: an answer ends with the body that passes it. One body is at most 1 MiB. */
  bytesPerAnswer: 2_097_152,
  transactionsPerRequest: 256,
  transactionBytesPerAnswer: 131_072,
  announcedIds: 1_000,
  /** Transactions that one peer is asked for: at some 0.2 ms for a signature's check a fifth of a thread. */
  checks: Object.freeze({ capacity: 2_048, perSecond: 1_024 }),
  /** Ends of its chain that one peer may tell of; one beyond them is not read, and costs a point. */
  tipsHeard,
  /** Own ends that one peer is told, and the most that are under way to it: half, so that a way that holds some up makes nobody a flooder. */
  tipsTold: Object.freeze({ capacity: tipsHeard.capacity / 2, perSecond: tipsHeard.perSecond / 2 }),
  /** Transactions of a new block that are named beside its header; a larger one is told by its header alone. */
  shortIds: 512,
  /** Questions of one peer that are answered; what comes faster waits, and twice the capacity is too much. */
  questions: Object.freeze({ capacity: 64, perSecond: 32 }),
  /** An answer's bodies cost as much as a question for each so many bytes: 4 MiB a second of one peer. */
  bytesPerQuestion: 131_072,
  /** Bodies under way from one peer. */
  bodiesInFlight: 16,
  /** How far above the tip bodies are asked for. */
  window: 1_024,
  /** Bodies under way from all peers. */
  bodiesInFlightOfAll: 128,
  /** Fingerprints of descriptions that one peer may have compared: each may be answered with all marks, some 300 KB. */
  marksCompared: Object.freeze({ capacity: 4, perSecond: 1 / 30 }),
  /** Own fingerprints that one peer is given: half, so that who comes and goes is no flooder. */
  marksOffered: Object.freeze({ capacity: 2, perSecond: 1 / 60 }),
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
