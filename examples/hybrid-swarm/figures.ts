import type { NodeLogs } from "../local-swarm/tally.ts";

/**
 * The longest silence of each pair and direction around a moment: between two arrivals, or before the first and behind the last of them.
 * Wall milliseconds. Pure.
 */
export function gapsOf(nodes: readonly NodeLogs[], from: number, to: number): readonly number[] {
  return nodes.flatMap(({ id, received }) =>
    nodes
      .filter((sender) => sender.id !== id)
      .map((sender) => {
        const arrivals = received.filter((letter) => letter.from === sender.id).map(({ at }) => at);
        const inside = arrivals.filter((at) => at >= from && at <= to).sort((a, b) => a - b);
        const edges = [from, ...inside, to];
        return Math.max(...edges.slice(1).map((at, index) => at - (edges[index] ?? at)));
      }),
  );
}
