import { expect, test } from "vitest";
import { chainRoadRows } from "../bench/chain-roads.mjs";

test("two processes, three transports, two of which die in the middle of the chain: one tip at both, nothing fetched twice, and each new block by each connected road", {
  timeout: 90_000,
}, async () => {
  const rows = await chainRoadRows({ progress: () => {}, isShort: true });
  expect(rows.filter(({ holds }) => !holds)).toEqual([]);
  const values = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  for (const road of ["integrated", "gun", "peerjs"]) expect(values[`new blocks by ${road}`], road).toBeGreaterThan(0);
  expect(values).toMatchObject({
    "two of three killed, peerjs left: killed mid-sync": 2,
    "two of three killed, peerjs left: fetched twice": 0,
  });
});
