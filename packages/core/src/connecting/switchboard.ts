import type { SignalOptions } from "../ports/transport.ts";
import { childAbort } from "../system/child-abort.ts";
import { aborted } from "../system/pause.ts";

/** Knows what the disabled plugins provide: nobody asks it for anything. */
export class Switchboard {
  readonly #off = new Set<unknown>();
  readonly #hearers = new Set<() => void>();

  /** @param part what a plugin put at a port */
  isOff(part: unknown): boolean {
    return this.#off.has(part);
  }

  /** Takes parts out of use, or back into it; those who ask them hear of it at once. */
  turn(parts: Iterable<unknown>, to: "on" | "off"): void {
    for (const part of parts) {
      if (to === "off") this.#off.add(part);
      else this.#off.delete(part);
    }
    for (const hear of [...this.#hearers]) hear();
  }

  /**
   * A turn for each time that the part is on, until the signal aborts. Its own signal aborts when the part is taken out of use; whoever
   * ends a turn sooner has had the last one.
   * @param isOver asked at each change while the part is on: whether the turn ends, and another begins
   */
  async *turns(
    part: unknown,
    { signal }: SignalOptions,
    isOver = () => this.#off.has(part),
  ): AsyncGenerator<SignalOptions, void> {
    while (!signal.aborted) {
      const isOn = !this.#off.has(part);
      const turn = childAbort(signal);
      const hear = () => (!isOn || isOver()) && turn.abort();
      this.#hearers.add(hear);
      try {
        if (isOn) yield turn;
        else await aborted(turn.signal);
      } finally {
        this.#hearers.delete(hear);
        turn[Symbol.dispose]();
      }
      if (!turn.signal.aborted) return;
    }
  }
}
