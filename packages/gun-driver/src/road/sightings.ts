import type { Clock, PeerId, Sighting } from "@swarm-space/core";
import type { GunClient, GunItem } from "../client.ts";
import { Budget } from "./budget.ts";
import { decodePresence } from "./presence-record.ts";
import type { Topics } from "./topics.ts";

export interface SightingsParts {
  /** Id of the discovery source. */
  readonly source: string;
  readonly self: PeerId;
  readonly clock: Clock;
  readonly client: GunClient;
  readonly topics: Topics;
}

const maxWaiting = 256;
const maxKnown = 4_096;
const recordsPerSecond = 256;

/**
 * Presence records as sightings, until the signal aborts. A record that is past its time counts only once it is
 * renewed before our eyes: its writer's clock may be wrong, but somebody who is gone renews nothing.
 */
export async function* watchPresence(parts: SightingsParts, signal: AbortSignal): AsyncGenerator<Sighting, void> {
  const { self, clock, client, topics } = parts;
  const waiting: Sighting[] = [];
  const expired = new Set<string>();
  const budget = new Budget(recordsPerSecond, clock.now());
  let wake: () => void = () => undefined;
  const hear = (item: GunItem) => {
    if (item.value === null || !budget.take(clock.now())) return;
    const record = decodePresence(item.value);
    if (!record || record.peer === self) return;
    const name = `${item.soul} ${item.key}`;
    if (record.expiresAt < clock.wall() && !expired.has(name)) {
      if (expired.size >= maxKnown) expired.clear();
      expired.add(name);
      return;
    }
    if (waiting.length >= maxWaiting) waiting.shift();
    const { peer, addresses, card } = record;
    waiting.push({ peer, addresses, source: parts.source, ...(card === undefined ? {} : { card }) });
    wake();
  };
  const shards = await topics.presenceShards();
  if (signal.aborted) return;
  const undo = shards.map((soul) => client.subscribe(soul, hear));
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      const sighting = waiting.shift();
      if (sighting) yield sighting;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (waiting.length > 0 || signal.aborted) resolve();
        });
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const end of undo) end();
  }
}
