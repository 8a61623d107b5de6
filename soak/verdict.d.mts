/** As `bench/report.mjs` makes it. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly holds: boolean;
}

export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly heap: number;
  readonly code: number;
  readonly timers: number;
  readonly sockets: number;
}

export interface Run {
  readonly traffic: {
    readonly confirmed: number;
    readonly lost: number;
    readonly doubled: number;
    readonly failed: number;
  };
  readonly counts: ReadonlyMap<string, number>;
  readonly samples: readonly Sample[];
  readonly rate: number;
  readonly left: number;
  readonly lastedMs: number;
}

export function rowsOf(run: Run): readonly Row[];
