import { setBounded } from "../door/bounded-map.ts";
import type { Sighting } from "../ports/index.ts";

/** Sightings kept for who does not read on; the oldest give way. */
const maxWaiting = 256;

/** What a source sees, for those who look: each look gets what is seen from then on, and what comes again before it is taken once. */
export class Sightings {
  readonly #looks = new Set<(sighting: Sighting) => void>();

  tell(sighting: Sighting): void {
    for (const hear of [...this.#looks]) hear(sighting);
  }

  /** Until the signal aborts. @param begin called once what it brings is heard; what it returns, at the end */
  async *watch(signal: AbortSignal, begin?: () => (() => void) | undefined): AsyncGenerator<Sighting, void> {
    const waiting = new Map<string, Sighting>();
    let wake = () => {};
    const hear = (sighting: Sighting) => {
      setBounded(waiting, JSON.stringify(sighting), sighting, maxWaiting);
      wake();
    };
    const onAbort = () => wake();
    this.#looks.add(hear);
    signal.addEventListener("abort", onAbort, { once: true });
    let undo = () => {};
    try {
      undo = begin?.() ?? undo;
      while (!signal.aborted) {
        const [next] = waiting;
        if (next) {
          waiting.delete(next[0]);
          yield next[1];
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (waiting.size > 0 || signal.aborted) resolve();
          });
      }
    } finally {
      undo();
      signal.removeEventListener("abort", onAbort);
      this.#looks.delete(hear);
    }
  }
}
