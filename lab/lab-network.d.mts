import type { ChildProcess, StdioOptions } from "node:child_process";

export interface LabNetwork extends AsyncDisposable {
  readonly name: string;
  close(): Promise<void>;
  setNat(side: 1 | 2, kind: string): Promise<void>;
  cut(side: 1 | 2): Promise<void>;
  heal(side: 1 | 2): Promise<void>;
  execute(place: "A" | "B" | "R" | "N1" | "N2", program: string, words: readonly string[]): Promise<void>;
  start(
    place: "A" | "B" | "R",
    words: readonly string[],
    o?: { readonly program?: string; readonly stdio?: StdioOptions },
  ): ChildProcess;
}

export declare const hubAddress: string;
export declare function labNetwork(o: {
  readonly name?: string;
  readonly delayMs: number;
  readonly lossPercent: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}): Promise<LabNetwork>;
export declare function firstLine<Value>(
  child: ChildProcess,
  read: (line: string) => Value | undefined,
): Promise<Value>;
