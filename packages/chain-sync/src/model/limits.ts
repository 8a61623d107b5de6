/** Hard limits: consensus and wire. What is over them is refused before it is read. */
export const chainLimits = Object.freeze({
  headerBytes: 190,
  sealBytes: 64,
  sealedHeaderBytes: 254,
  payloadBytes: 4_096,
  /** Of one encoded transaction. */
  transactionBytes: 8_192,
  /** Of one encoded body. */
  bodyBytes: 1_048_576,
  transactionsPerBlock: 4_000,
  /** How far a header may be ahead of this node's clock. */
  maxFutureMs: 120_000,
  /** Headers whose median time the next one must be above. */
  medianSpan: 11,
  stateKeyLength: 256,
  stateValueBytes: 4_096,
});
