import { describe, expect, test } from "vitest";
import { blockRows } from "./support/input/blocks.ts";
import { headerRows } from "./support/input/headers.ts";
import { demanded, type InputRow, playRow } from "./support/input/input-row.ts";
import { messageRows } from "./support/input/messages.ts";
import { peerRows } from "./support/input/peers.ts";
import { transactionRows } from "./support/input/transactions.ts";

const table: Readonly<Record<string, readonly InputRow[]>> = {
  messages: messageRows,
  headers: headerRows,
  blocks: blockRows,
  transactions: transactionRows,
  peers: peerRows,
};

// Rows of the table that speak of presync, state ranges and set reconciliation have nothing to be tried on yet.
describe.each(Object.entries(table))("p2p_invalid_messages, the table of invalid input: %s", (_part, rows) => {
  test.each(rows.map((row) => [row.input, row.score, row] as const))("%s: %i points", async (_input, _score, row) => {
    expect(await playRow(row)).toEqual(demanded(row));
  });
});
