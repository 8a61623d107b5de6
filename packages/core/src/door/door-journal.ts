import { decode, encode } from "cborg";
import type { EventBus } from "../ports/events.ts";
import type { Store } from "../ports/store.ts";
import type { Door, DoorStandings } from "./door.ts";

const namespace = "door";
const key = "standings";
/** Standings kept, the worst first. */
const mostKept = 1_024;

export interface DoorJournalRooms {
  readonly door: Door;
  readonly store: Store;
  readonly events: EventBus;
  readonly onFailed: (error: unknown) => void;
}

/** Keeps who misbehaved over restarts, where the store is durable: whoever is refused now is refused after one, for what is left. */
export class DoorJournal {
  readonly #rooms: DoorJournalRooms;
  #unsubscribe: (() => void) | undefined;

  constructor(rooms: DoorJournalRooms) {
    this.#rooms = rooms;
  }

  async open(): Promise<void> {
    const { door, store, events, onFailed } = this.#rooms;
    if (!store.durable) return;
    const kept = await store.namespace(namespace).get(key);
    if (kept !== undefined) door.import(read(kept));
    // At once, for a process that is killed writes nothing at its end.
    this.#unsubscribe = events.on("peer:graylisted", () => void this.#save().catch(onFailed));
  }

  async close(): Promise<void> {
    if (this.#unsubscribe === undefined) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    await this.#save();
  }

  #save(): Promise<void> {
    const { door, store } = this.#rooms;
    const standings = door.export().slice(0, mostKept);
    return store.batch([{ type: "put", namespace, key, value: encode(standings) }], { durable: false });
  }
}

/** Nonsense is left out by the door itself. */
function read(value: Uint8Array): DoorStandings {
  try {
    const list: unknown = decode(value);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
