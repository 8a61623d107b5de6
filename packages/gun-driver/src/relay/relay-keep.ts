/** A letter as it is kept over restarts. */
export interface KeptLetter {
  readonly soul: string;
  readonly key: string;
  readonly value: string;
  readonly state: number;
  /** The address it came from (IPv6: its /64), so that shares hold over restarts. */
  readonly range: string;
  /** Wall-clock milliseconds. */
  readonly expiresAt: number;
}

/** Where a relay keeps letters over restarts. Calls take effect in their order; the relay neither opens nor closes it. */
export interface RelayKeep {
  /** All that is kept, in any order. Read once, before the relay listens. */
  load(): AsyncIterable<KeptLetter>;
  /** Resolves once the medium has it; rejects when it does not: the deposit is refused with the error's `code`. */
  put(letter: KeptLetter): Promise<void>;
  delete(soul: string, key: string): Promise<void>;
}
