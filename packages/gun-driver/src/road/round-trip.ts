/** Retransmission time as RFC 6298 reckons it, within bounds. */
export class RoundTrip {
  readonly #minMs: number;
  readonly #maxMs: number;
  #smoothed: number | undefined;
  #variation = 0;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** A clean round trip: of a packet that was sent once (Karn). */
  sample(ms: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = ms;
      this.#variation = ms / 2;
      return;
    }
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - ms);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * ms;
  }

  /** How long to wait for an acknowledgement of what was sent `tries` times. */
  timeout(tries: number): number {
    const base = this.#smoothed === undefined ? 1_000 : this.#smoothed + 4 * this.#variation;
    return Math.min(this.#maxMs, Math.max(this.#minMs, base) * 2 ** Math.min(tries - 1, 6));
  }
}
