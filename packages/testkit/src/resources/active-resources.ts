import { nextTask } from "../clock/task-clock.ts";

/** Counts of what keeps a process busy, by kind: "Timeout", "TCPSocketWrap", "MessagePort". Empty where the host cannot tell. */
export type ResourceCounts = ReadonlyMap<string, number>;

/** What is active now. Node tells; a browser does not, and gives an empty map: see `canCountResources`. */
export function activeResources(): ResourceCounts {
  const counts = new Map<string, number>();
  for (const kind of list()?.() ?? []) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** False where `activeResources` cannot see anything, so that a leak test says so instead of passing. */
export function canCountResources(): boolean {
  return list() !== undefined;
}

/** What there is more of now than `before`, by kind. Empty: nothing leaked. */
export function resourcesSince(before: ResourceCounts, now: ResourceCounts = activeResources()): ResourceCounts {
  const more = new Map<string, number>();
  for (const [kind, count] of now) {
    const grown = count - (before.get(kind) ?? 0);
    if (grown > 0) more.set(kind, grown);
  }
  return more;
}

/**
 * As `resourcesSince`, but waits for handles that are closed already: the host lets them go some turns after their close.
 * @param turns tasks to wait at most. Default 20
 * @returns what is still there; empty: nothing leaked
 */
export async function leakedSince(before: ResourceCounts, turns = 20): Promise<ResourceCounts> {
  let left = resourcesSince(before);
  for (let turn = 0; turn < turns && left.size > 0; turn++) {
    await nextTask();
    left = resourcesSince(before);
  }
  return left;
}

function list(): (() => readonly string[]) | undefined {
  if (typeof process !== "object" || typeof process.getActiveResourcesInfo !== "function") return undefined;
  return () => process.getActiveResourcesInfo();
}
