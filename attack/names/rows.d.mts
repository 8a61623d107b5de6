import type { AttackRow } from "../relay/rows.mjs";

export function nameRows(o: {
  readonly progress: (text: string) => void;
  readonly only?: readonly ("guarded" | "bare")[];
}): Promise<readonly AttackRow[]>;
