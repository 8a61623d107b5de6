import { type VerdictClass, type VerdictCode, verdictTable } from "./verdict-table.ts";

export interface Accepted {
  readonly ok: true;
}

/** Why something was refused, and what follows for it and for its sender. */
export interface Refusal {
  readonly ok: false;
  readonly code: VerdictCode;
  readonly class: VerdictClass;
  /** Points against the sender. Never above 0 for `policy`, `orphan`, `future` and `internal`. */
  readonly score: number;
  /** Whether the block of this id is bad for ever, or only this copy. */
  readonly blames: "id" | "copy";
  /** For people. */
  readonly reason: string;
}

/** The answer of every check. Checks never throw on what others sent. */
export type Verdict = Accepted | Refusal;

export const accepted: Accepted = Object.freeze({ ok: true });

/** @param reason what was expected and found; default: the table's own words */
export function refuse(code: VerdictCode, reason?: string): Refusal {
  const row = verdictTable[code];
  return { ok: false, code, class: row.class, score: row.score, blames: row.blames, reason: reason ?? row.meaning };
}

/** A value, or why there is none. */
export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Refusal;

export function succeed<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}
