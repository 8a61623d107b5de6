import type { Sighting } from "../ports/index.ts";

/** Sightings kept for who does not read on; the oldest go. */
const maxWaiting = 256;

/** Those who look, and what they have not read yet. */
export class MediumSightings {
  readonly #looks = new Set<(sighting: Sighting) => void>();

  see(sighting: Sighting): void {
    for (const look of this.#looks) look(sighting);
  }

  /** Until the signal aborts; each look sees for itself. `ask` is called once answers are heard. */
  async *look(signal: AbortSignal, ask: () => void): AsyncGenerator<Sighting> {
    const waiting: Sighting[] = [];
    let wake = Promise.withResolvers<void>();
    const take = (sighting: Sighting) => {
      waiting.push(sighting);
      if (waiting.length > maxWaiting) waiting.shift();
      wake.resolve();
    };
    const abort = () => wake.resolve();
    signal.addEventListener("abort", abort, { once: true });
    this.#looks.add(take);
    try {
      ask();
      while (!signal.aborted) {
        for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) yield next;
        if (!signal.aborted && waiting.length === 0) await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      this.#looks.delete(take);
      signal.removeEventListener("abort", abort);
    }
  }
}
