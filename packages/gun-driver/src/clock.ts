/** Time as the driver takes it. The kernel's clock fits. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Wall-clock milliseconds since the Unix epoch. */
  wall(): number;
  /** Runs `fn` once after `delayMs`; disposing cancels. */
  timer(delayMs: number, fn: () => void): Disposable;
}

/** Randomness as the driver takes it. The kernel's fits. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** In [0, 1). For jitter alone. */
  float(): number;
}
