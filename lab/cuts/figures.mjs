/** What the receivers' logs say. Pure. */

/** Letters that were sent and did not arrive, and those that arrived more than once or were never sent. */
export function tally(sent, arrived) {
  const numbers = new Set(arrived.map(({ number }) => number));
  const known = [...numbers].filter((number) => number >= 0 && number < sent).length;
  return { lost: sent - known, doubled: arrived.length - known };
}

/** The longest silence between two moments, in milliseconds: between two arrivals, or before the first and behind the last of them. */
export function longestSilence(arrived, from, to) {
  const inside = arrived.map(({ at }) => at).filter((at) => at >= from && at <= to);
  const edges = [from, ...inside.sort((a, b) => a - b), to];
  return Math.max(...edges.slice(1).map((at, index) => at - edges[index]));
}
