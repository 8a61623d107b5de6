import { longestSilence } from "../../examples/hybrid-swarm/figures.ts";

/** How long a side heard nothing: from the cut, where a way was left, else from when there is one again. Milliseconds. Pure. */
export function gapOf({ kind, from, endedAt, to }, { arrived }) {
  return longestSilence(
    arrived.map(({ at }) => at),
    kind.leavesWay ? from : endedAt,
    to,
  );
}

/**
 * The part of it that the loss of the data channel makes: until the first letter is here that was written after the writer had lost its
 * channel. What the network loses later, and a data channel that is back, is none of it. Milliseconds; undefined: the writer lost none. Pure.
 */
export function moveGapOf({ from, to }, { arrived }, { written, changes }) {
  const lostAt = lastLossIn(changes, from, to);
  if (lostAt === undefined) return undefined;
  const movedAt = arrived.filter(({ number }) => written[number] >= lostAt).map(({ at }) => at);
  return longestSilence(
    arrived.map(({ at }) => at),
    from,
    Math.min(to, ...movedAt),
  );
}

/** When the last of the data channels that stood had ended. */
function lastLossIn(changes, from, to) {
  let standing = 0;
  for (const { at, by } of changes) {
    standing += by;
    if (by < 0 && standing === 0 && at >= from && at <= to) return at;
  }
  return undefined;
}
