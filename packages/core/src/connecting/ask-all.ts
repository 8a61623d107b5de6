import type { Discovery, DiscoverySource, DiscoveryStatus, Sighting, SourceStatus } from "../ports/discovery.ts";
import type { SignalOptions } from "../ports/transport.ts";
import { type AskingRooms, keepAsking } from "./keep-asking.ts";

export interface AskAllRooms extends AskingRooms {
  readonly connected: () => number;
  readonly sources: readonly DiscoverySource[];
}

interface Desk {
  readonly source: DiscoverySource;
  found: number;
  unusable: number;
  state: "asked" | "waiting";
  why: string;
  resumesAt: number | undefined;
}

/** Core's default: every source is asked from the start and always, and all it says is noted. */
export class AskAll implements Discovery {
  readonly #rooms: AskAllRooms;
  readonly #desks: readonly Desk[];

  constructor(rooms: AskAllRooms) {
    this.#rooms = rooms;
    this.#desks = rooms.sources.map((source) => ({
      source,
      found: 0,
      unusable: 0,
      state: "waiting",
      why: "the node does not run",
      resumesAt: undefined,
    }));
  }

  async look(take: (sighting: Sighting) => boolean, { signal }: SignalOptions): Promise<void> {
    await Promise.all(this.#desks.map((desk) => this.#keep(desk, take, signal)));
  }

  async #keep(desk: Desk, take: (sighting: Sighting) => boolean, signal: AbortSignal): Promise<void> {
    const { source } = desk;
    const onPause = (waitMs: number, why: string) => {
      desk.state = "waiting";
      desk.why = why;
      desk.resumesAt = this.#rooms.clock.now() + waitMs;
    };
    await keepAsking(this.#rooms, { source: source.id, what: "discovery", onPause }, signal, async () => {
      desk.state = "asked";
      desk.why = "all sources are asked always";
      desk.resumesAt = undefined;
      for await (const sighting of source.discover({ signal })) {
        if (signal.aborted) return;
        if (take(sighting)) desk.found++;
        else desk.unusable++;
      }
    });
    desk.state = "waiting";
    desk.why = "the node does not run";
    desk.resumesAt = undefined;
  }

  status(): DiscoveryStatus {
    return { connected: this.#rooms.connected(), sources: this.#desks.map(statusOf) };
  }
}

function statusOf({ source, found, unusable, state, why, resumesAt }: Desk): SourceStatus {
  const dropped = new Map(unusable > 0 ? [["unusable", unusable]] : []);
  return { id: source.id, state, why, found, dropped, ...(resumesAt === undefined ? {} : { resumesAt }) };
}
