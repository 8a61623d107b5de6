import type { NodeLogs } from "../local-swarm/tally.ts";

/** What a node tells of its roads, by peer: its fellows in the play, and others, as a page. */
interface Standing {
  readonly id: string;
  readonly status?: {
    readonly roads: Readonly<
      Record<string, { readonly carries: readonly string[]; readonly standby: readonly string[] }>
    >;
  };
}

function roadsOf(nodes: readonly Standing[]) {
  const ids = new Set(nodes.map(({ id }) => id));
  return nodes.flatMap(({ status }) =>
    Object.entries(status?.roads ?? {}).flatMap(([peer, roads]) => (ids.has(peer) ? [roads] : [])),
  );
}

/** The roads that now carry letters, one for each pair and direction. Pure. */
export function carrying(nodes: readonly Standing[]): readonly string[] {
  return roadsOf(nodes).flatMap(({ carries }) => carries);
}

/** Whether each has a link beside the ones by the dead roads. Pure. */
export function haveStandby(nodes: readonly Standing[], dead: ReadonlySet<string>): boolean {
  return roadsOf(nodes).every(({ carries, standby }) => [...carries, ...standby].some((road) => !dead.has(road)));
}

/** The longest silence between two moments: between two arrivals, or before the first and behind the last of them. Milliseconds. Pure. */
export function longestSilence(arrivals: readonly number[], from: number, to: number): number {
  const inside = arrivals.filter((at) => at >= from && at <= to).sort((a, b) => a - b);
  const edges = [from, ...inside, to];
  return Math.max(...edges.slice(1).map((at, index) => at - (edges[index] ?? at)));
}

/** The longest silence of each pair and direction around a moment. Wall milliseconds. Pure. */
export function gapsOf(nodes: readonly NodeLogs[], from: number, to: number): readonly number[] {
  return nodes.flatMap(({ id, received }) =>
    nodes
      .filter((sender) => sender.id !== id)
      .map((sender) => {
        const arrivals = received.filter((letter) => letter.from === sender.id).map(({ at }) => at);
        return longestSilence(arrivals, from, to);
      }),
  );
}
