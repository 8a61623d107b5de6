/** Bounds of the retransmission time, in milliseconds. */
export const retransmission = Object.freeze({ initialMs: 2_000, leastMs: 1_000, mostMs: 10_000 });

/** Smoothed round trip and its deviation, after RFC 6298 §2. */
export class RoundTrip {
  #smoothedMs: number | undefined;
  #deviationMs = 0;
  #measuredAt: number | undefined;

  /** When it was last measured (monotonic ms). */
  get measuredAt(): number | undefined {
    return this.#measuredAt;
  }

  get smoothedMs(): number | undefined {
    return this.#smoothedMs;
  }

  sample(rttMs: number, now: number): void {
    this.#measuredAt = now;
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = rttMs;
      this.#deviationMs = rttMs / 2;
      return;
    }
    this.#deviationMs = 0.75 * this.#deviationMs + 0.25 * Math.abs(this.#smoothedMs - rttMs);
    this.#smoothedMs = 0.875 * this.#smoothedMs + 0.125 * rttMs;
  }

  /** How long a letter may stay unaccepted before its connection is suspect. */
  get timeoutMs(): number {
    if (this.#smoothedMs === undefined) return retransmission.initialMs;
    const wanted = 3 * this.#smoothedMs + 4 * this.#deviationMs;
    return Math.min(Math.max(wanted, retransmission.leastMs), retransmission.mostMs);
  }
}
