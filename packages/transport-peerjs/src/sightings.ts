import type { Sighting } from "@swarm-space/core";

const maxWaiting = 256;

/** What was seen, for those who look: each look gets what is seen from then on. */
export class Sightings {
  readonly #looks = new Set<(sighting: Sighting) => void>();

  tell(sighting: Sighting): void {
    for (const hear of [...this.#looks]) hear(sighting);
  }

  /** Until the signal aborts. Of those that nobody took yet the oldest give way. */
  async *watch(signal: AbortSignal): AsyncGenerator<Sighting, void> {
    const waiting: Sighting[] = [];
    let wake: () => void = () => {};
    const hear = (sighting: Sighting) => {
      if (waiting.length >= maxWaiting) waiting.shift();
      waiting.push(sighting);
      wake();
    };
    const onAbort = () => wake();
    this.#looks.add(hear);
    signal.addEventListener("abort", onAbort);
    try {
      while (!signal.aborted) {
        const sighting = waiting.shift();
        if (sighting) yield sighting;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (waiting.length > 0 || signal.aborted) resolve();
          });
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#looks.delete(hear);
    }
  }
}
