import type { SeededRandom } from "@swarm-space/testkit";

const neighboursOfLiar = 4;

/** Who is joined to whom: a ring, so that the honest hang together, and chords; each liar has a few honest neighbours. */
export function neighbours(
  honest: readonly string[],
  crooked: readonly string[],
  meanDegree: number,
  random: SeededRandom,
): ReadonlySet<string> {
  const edges = new Set<string>();
  const join = (one: string, other: string) => void (one !== other && edges.add([one, other].sort().join(" ")));
  for (const [at, peer] of honest.entries()) join(peer, honest[(at + 1) % honest.length] ?? peer);
  while (edges.size < (honest.length * meanDegree) / 2) join(random.pick(honest) ?? "", random.pick(honest) ?? "");
  for (const liar of crooked) for (let at = 0; at < neighboursOfLiar; at += 1) join(liar, random.pick(honest) ?? "");
  return edges;
}
