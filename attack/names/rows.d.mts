import type { AttackRow } from "../relay/rows.mjs";

export function nameRows(o: {
  readonly progress: (text: string) => void;
  readonly only?: readonly ("guarded" | "bare")[];
  /** After so many deaths a relay is not started again. */
  readonly maxDeaths?: number;
}): Promise<readonly AttackRow[]>;
