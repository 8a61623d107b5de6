import type { PeerId, Sighting } from "@swarm-space/core";

/** What waits for one who looks; the oldest gives way. */
const maxWaiting = 256;

/** Who was met, for those who look: each sees whom is met from then on. */
export class Sightings {
  readonly #looks = new Set<(peer: PeerId) => void>();

  tell(peer: PeerId): void {
    for (const hear of [...this.#looks]) hear(peer);
  }

  /** Until the signal aborts. Who is met several times before it is taken is taken once. */
  async *watch(source: string, signal: AbortSignal): AsyncGenerator<Sighting, void> {
    const waiting = new Set<PeerId>();
    let wake = Promise.withResolvers<void>();
    const hear = (peer: PeerId) => {
      for (const oldest of waiting) if (waiting.size >= maxWaiting) waiting.delete(oldest);
      waiting.add(peer);
      wake.resolve();
    };
    const onAbort = () => wake.resolve();
    this.#looks.add(hear);
    signal.addEventListener("abort", onAbort);
    try {
      while (!signal.aborted) {
        for (const peer of waiting) {
          waiting.delete(peer);
          yield { peer, addresses: [{ transport: "integrated", value: peer }], source };
          if (signal.aborted) return;
        }
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#looks.delete(hear);
    }
  }
}
