/** What every store accepts, and no more. */
export const storeLimits = Object.freeze({
  /** Code units of a key. */
  keyLength: 1_024,
  /** Bytes of a value. */
  valueBytes: 64 * 1_048_576,
  /** Operations of a batch. */
  batchOperations: 100_000,
});
