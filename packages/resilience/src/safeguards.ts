/** One switch a guard. All are on in the plugin; only tests can reach them, to show that each guard is needed. */
export interface Safeguards {
  /** Half-open lets no more than `halfOpenProbes` through at once. */
  readonly probeLimit: boolean;
  /** A probe that hangs gives its permit back. */
  readonly probeTimeout: boolean;
  /** A result of an older state is ignored. */
  readonly staleResults: boolean;
  /** Failures are counted on through half-open. */
  readonly lastingCount: boolean;
  /** `connected` does not forgive silence; only letters taken do. */
  readonly silenceLasts: boolean;
  /** Proof of life opens the way at once. */
  readonly proofOfLife: boolean;
  /** Registries keep to their caps. */
  readonly caps: boolean;
  /** A noisy round trip does not flip the order. */
  readonly hysteresis: boolean;
  /** A way costs what its round trip was measured to be, not what its medium declares. */
  readonly measuredRtt: boolean;
  /** A score rests before it fades, so a way in use does not rise by fading. */
  readonly scoreHold: boolean;
  /** Only letters taken raise a score. */
  readonly onlyLettersRaise: boolean;
}

export const allSafeguards: Safeguards = Object.freeze({
  probeLimit: true,
  probeTimeout: true,
  staleResults: true,
  lastingCount: true,
  silenceLasts: true,
  proofOfLife: true,
  caps: true,
  hysteresis: true,
  measuredRtt: true,
  scoreHold: true,
  onlyLettersRaise: true,
});
