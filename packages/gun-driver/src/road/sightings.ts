import { type Clock, type PeerId, type Sighting, TokenBucket } from "@swarm-space/core";
import { Sightings } from "@swarm-space/core/medium";
import type { GunClient, GunItem } from "../client.ts";
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

const maxKnown = 4_096;
const recordsPerSecond = 256;

/**
 * Presence records as sightings, until the signal aborts. A record that is past its time counts only once it is
 * renewed before our eyes: its writer's clock may be wrong, but somebody who is gone renews nothing.
 */
export async function* watchPresence(parts: SightingsParts, signal: AbortSignal): AsyncGenerator<Sighting, void> {
  const { self, clock, client, topics } = parts;
  const seen = new Sightings();
  const expired = new Set<string>();
  const budget = new TokenBucket({ perSecond: recordsPerSecond, capacity: recordsPerSecond * 4 }, clock.now());
  const hear = (item: GunItem) => {
    if (item.value === null || !budget.take(1, clock.now())) return;
    const record = decodePresence(item.value);
    if (!record || record.peer === self) return;
    const name = `${item.soul} ${item.key}`;
    if (record.expiresAt < clock.wall() && !expired.has(name)) {
      if (expired.size >= maxKnown) expired.clear();
      expired.add(name);
      return;
    }
    const { peer, addresses, card } = record;
    seen.tell({ peer, addresses, source: parts.source, ...(card === undefined ? {} : { card }) });
  };
  const shards = await topics.presenceShards();
  if (signal.aborted) return;
  yield* seen.watch(signal, () => {
    const undo = shards.map((soul) => client.subscribe(soul, hear));
    return () => {
      for (const end of undo) end();
    };
  });
}
