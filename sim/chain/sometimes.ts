import { lies } from "./liar.ts";

/** Rare things that a run of seeds must have met, each by the count that proves it. */
export const chainSometimes: readonly { readonly name: string; readonly of: string }[] = Object.freeze([
  ...["split", "loss", "one way cut", "alone", "full disk"].map((name) => ({ name, of: `bit ${name}` })),
  ...["crash by kill", "crash by power", "disk lost", "disk torn", "disk refused", "came back"].map((name) => ({
    name,
    of: name,
  })),
  ...lies.map((lie) => ({ name: `a liar: ${lie}`, of: `lie: ${lie}` })),
  { name: "reorganised", of: "chain:reorg" },
  { name: "reorganised by more than three blocks", of: "chain:reorg deeper than 3" },
  { name: "a block condemned", of: "block:invalid" },
  { name: "a liar banned", of: "peer:banned" },
  { name: "pool's copy refused by the disk", of: "pool:unsaved" },
  { name: "a block refused by the disk", of: "mine refused INTERNAL" },
  ...[
    "NO_ANSWER",
    "NOT_FOUND",
    "BODY_MISMATCH",
    "BLOCK_STATE",
    "HEADER_ORPHAN",
    "MALFORMED",
    "TRANSACTION_SIGNATURE",
  ].map((code) => ({ name: `refused for ${code}`, of: `rejected ${code}` })),
]);
