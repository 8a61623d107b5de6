import { expect, test } from "vitest";
import { refuse, type VerdictCode, verdictTable } from "../src/model/index.ts";

const rows = Object.entries(verdictTable);

test.each(rows)(
  "%s: only a provable break of the rules is scored, and only a scored block is condemned",
  (code, row) => {
    expect(row.score > 0).toBe(row.class === "invalid");
    if (row.blames === "id") expect(row).toMatchObject({ class: "invalid", score: 100 });
    expect(refuse(code as VerdictCode)).toEqual({ ok: false, code, reason: row.meaning, ...pick(row) });
  },
);

function pick({ class: kind, score, blames }: (typeof rows)[number][1]) {
  return { class: kind, score, blames };
}
