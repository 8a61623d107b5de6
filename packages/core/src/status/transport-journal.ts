import type { Clock } from "../ports/clock.ts";
import type { Outcome } from "../ports/routing.ts";
import type { TransportId } from "../ports/transport.ts";

/** What happened on one transport since the start. */
export interface TransportFigures {
  /** Wall milliseconds of the last sign of life, 0 before the first. */
  readonly lastActivity: number;
  readonly failureCount: number;
}

/** Keeps each transport's figures for the status table. One row a transport. */
export class TransportJournal {
  readonly #clock: Clock;
  readonly #rows = new Map<TransportId, { lastActivity: number; failureCount: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  figures(id: TransportId): TransportFigures {
    return this.#row(id);
  }

  readonly record = ({ kind, way }: Outcome): void => {
    const row = this.#row(way.transport);
    if (kind === "connected" || kind === "inbound" || kind === "accepted") row.lastActivity = this.#clock.wall();
    if (kind === "refused" || kind === "silent" || kind === "lost" || kind === "unavailable") row.failureCount++;
  };

  clear(): void {
    this.#rows.clear();
  }

  #row(id: TransportId): { lastActivity: number; failureCount: number } {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const made = { lastActivity: 0, failureCount: 0 };
    this.#rows.set(id, made);
    return made;
  }
}
