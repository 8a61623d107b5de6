import type { FinderSourceStatus, RefusalReason } from "./finder.ts";

/** What came of one source. */
export class Tally {
  readonly source: string;
  readonly #dropped = new Map<RefusalReason, number>();
  #found = 0;

  constructor(source: string) {
    this.source = source;
  }

  found(): void {
    this.#found += 1;
  }

  dropped(reason: RefusalReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  counts(): Pick<FinderSourceStatus, "source" | "found" | "dropped"> {
    return { source: this.source, found: this.#found, dropped: new Map(this.#dropped) };
  }
}
