import type { Clock } from "../ports/clock.ts";
import type { Outcome } from "../ports/routing.ts";
import type { TransportId } from "../ports/transport.ts";

/** What happened on one transport since the start. */
export interface TransportFigures {
  /** Wall milliseconds of the last sign of life, 0 before the first. */
  readonly lastActivity: number;
  readonly failureCount: number;
  /** What was refused on it since the start, by code: frames, links, and what came by its signalling. */
  readonly rejected: ReadonlyMap<string, number>;
}

interface Row {
  lastActivity: number;
  failureCount: number;
  readonly rejected: Map<string, number>;
}

/** Codes counted of one transport; further ones are not. */
const maxCodes = 64;

/** Keeps each transport's figures for the status table. One row a transport. */
export class TransportJournal {
  readonly #clock: Clock;
  readonly #rows = new Map<TransportId, Row>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  figures(id: TransportId): TransportFigures {
    const row = this.#row(id);
    return { ...row, rejected: new Map(row.rejected) };
  }

  reject(id: TransportId, code: string): void {
    const { rejected } = this.#row(id);
    if (rejected.has(code) || rejected.size < maxCodes) rejected.set(code, (rejected.get(code) ?? 0) + 1);
  }

  readonly record = ({ kind, way }: Outcome): void => {
    const row = this.#row(way.transport);
    if (kind === "connected" || kind === "inbound" || kind === "accepted") row.lastActivity = this.#clock.wall();
    if (kind === "refused" || kind === "silent" || kind === "lost" || kind === "unavailable") row.failureCount++;
  };

  clear(): void {
    this.#rows.clear();
  }

  #row(id: TransportId): Row {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const made: Row = { lastActivity: 0, failureCount: 0, rejected: new Map() };
    this.#rows.set(id, made);
    return made;
  }
}
