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
  /** The write under way, and the one that follows it with whatever is known by then. */
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(rooms: DoorJournalRooms) {
    this.#rooms = rooms;
  }

  async open(): Promise<void> {
    const { door, store, events } = this.#rooms;
    if (!store.durable) return;
    const kept = await store.namespace(namespace).get(key);
    if (kept !== undefined) door.import(read(kept));
    // At once, for a process that is killed writes nothing at its end.
    this.#unsubscribe = events.on("peer:graylisted", () => this.#saveSoon());
  }

  async close(): Promise<void> {
    if (this.#unsubscribe === undefined) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    await this.#save();
  }

  #saveSoon(): void {
    // What waits to be written will know of this one too.
    if (this.#next === undefined) void this.#save().catch(this.#rooms.onFailed);
  }

  /** A flood of offenders writes no more often than the medium can: one write is under way, and one waits, at most. */
  #save(): Promise<void> {
    if (this.#writing === undefined) {
      const written = this.#write().finally(() => {
        this.#writing = undefined;
      });
      this.#writing = written;
      return written;
    }
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#save();
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const { door, store } = this.#rooms;
    const standings = door.export().slice(0, mostKept);
    await store.batch([{ type: "put", namespace, key, value: encode(standings) }], { durable: false });
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
