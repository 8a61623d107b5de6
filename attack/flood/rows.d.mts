/** As `bench/report.mjs` makes it. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly holds: boolean;
}

export interface Flood {
  readonly attack: "letters" | "handshakes" | "loris";
  readonly rate?: number;
  readonly from: string;
  readonly expels?: boolean;
}

type Counts = Readonly<Record<string, number>>;

export interface Measure {
  readonly quiet: readonly { readonly p95Ms: number; readonly perSecond: number; readonly failed: number }[];
  readonly flooded: Measure["quiet"];
  readonly joined: readonly number[];
  readonly seen: {
    readonly loopP99Ms: number;
    readonly heapMiB: number;
    readonly graylistedAt?: number;
    /** Connections that the victim ended because the other side broke the rules, by its reason. */
    readonly expelled: Counts;
    /** Peers that it put on its list, by their offence. */
    readonly graylisted: Counts;
    /** Frames and arrivals that it refused, by code. */
    readonly refused: Counts;
    readonly handled: number;
    readonly peers: number;
  };
  readonly done: {
    readonly sent: number;
    readonly connections: number;
    readonly closed: number;
    readonly startedAt: number;
    readonly activeMs: number;
    readonly details: Counts;
  };
}

export interface MeasureOptions {
  readonly ablated?: boolean;
  readonly rounds?: number;
  readonly roundMs?: number;
  readonly quietMs?: number;
  readonly isCold?: boolean;
}

export const floods: Readonly<
  Record<"unknown" | "invalid" | "doubles" | "unasked" | "washed" | "handshakes" | "varying" | "loris", Flood>
>;
export function measure(flood: Flood, o?: MeasureOptions): Promise<Measure>;
export function rowsOf(name: string, flood: Flood, measured: Measure): readonly Row[];
