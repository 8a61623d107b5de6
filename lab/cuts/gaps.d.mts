export interface Cut {
  readonly kind: { readonly leavesWay: boolean };
  readonly from: number;
  readonly endedAt: number;
  readonly to: number;
}

interface Heard {
  readonly arrived: readonly { readonly number: number; readonly at: number }[];
}

interface Wrote {
  readonly written: readonly number[];
  readonly changes: readonly { readonly at: number; readonly by: 1 | -1 }[];
}

export declare function gapOf(cut: Cut, heard: Heard): number;
export declare function moveGapOf(cut: Pick<Cut, "from" | "to">, heard: Heard, wrote: Wrote): number | undefined;
