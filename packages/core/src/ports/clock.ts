/** Time is handed in, so that a simulator can own it. */
export interface Clock {
  /** Monotonic milliseconds, from an arbitrary start. Deadlines and timers use this alone. */
  now(): number;
  /** Wall-clock milliseconds since the Unix epoch, not always whole. For people, epochs and files; never for a deadline. */
  wall(): number;
  /** Runs `fn` once after `delayMs`. Disposing it cancels; disposing twice is harmless. */
  timer(delayMs: number, fn: () => void): Disposable;
  /**
   * Runs `fn` once, when the process has read what had arrived by now: after any microtask, before a timer of 0 ms would. May be
   * left out where the host knows no such moment.
   */
  afterTurn?(fn: () => void): void;
}

/** Randomness is handed in, so that a seed can replay a run. */
export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1). For jitter and sampling, never for keys. */
  float(): number;
}
