import { row } from "../bench/report.mjs";
import { bitFlips } from "./support/chain-flips.mjs";
import { killings } from "./support/chain-kills.mjs";
import { fullDisks, writeIndexes } from "./support/chain-writes.mjs";

const shortBlocks = 16;
const longBlocks = 40;

/** A node's chain on a medium that fails: at every write, by death, by a full disk, by bits that turn. */
export async function chainRows({ kills, flips, seed, progress }) {
  const size = kills < 20 ? shortBlocks : longBlocks;
  const writes = await writeIndexes({ size, seed, progress });
  const split = await writeIndexes({ size: shortBlocks, seed, progress, ablate: true });
  const full = await fullDisks({ size, seed, progress });
  const killed = await killings({ kills, seed, progress });
  const flipped = await bitFlips({ flips, seed, progress });
  const campaigns = { write: writes, full, kill: killed, flip: flipped };
  const none = (name, pick) => {
    const found = Object.entries(campaigns).flatMap(([campaign, { [pick]: list = [] }]) =>
      list.map((each) => `${campaign}: ${each}`),
    );
    if (found.length > 0) progress(`${name}: ${found.slice(0, 20).join(", ")}`);
    return row({ name, values: [found.length], unit: "cases", goal: "0", holds: (value) => value === 0 });
  };
  const some = (name, value, unit, goal = 1) =>
    row({ name, values: [value], unit, goal: `≥ ${goal}`, holds: (count) => count >= goal });
  return [
    some("crashesAtWrites", writes.crashes, "crashes, one before and one after each write", size * 2),
    some("recordsLost", writes.lost, "unsynced records that power cuts took"),
    some("fullAtWrites", full.crashes, "disks, full at each write", size * 2),
    some("kills", killed.kills, "kills", kills),
    some("acknowledgedBlocks", killed.blocks, "blocks", kills),
    some("acknowledgedTransactions", killed.transactions, "transactions", kills),
    some("bitFlips", flipped.flips, "flips", flips),
    some("flipsRefused", flipped.refused, "openings or reads refused by code"),
    row({ name: "flipsHarmless", values: [flipped.harmless], unit: "openings of the whole chain" }),
    row({ name: "flipsShortened", values: [flipped.shortened], unit: "openings of a valid, shorter chain" }),
    row({ name: "flipsEnding", values: [flipped.ended], unit: "times LevelDB ended its process" }),
    none("acknowledgedLost", "acknowledgedLost"),
    none("torn", "torn"),
    none("corruptServed", "corruptServed"),
    none("stuck", "stuck"),
    some("tornWithoutBatches", split.torn.length, "stores torn where batches are not atomic"),
  ];
}
