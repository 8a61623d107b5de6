import { codeOf, describeError } from "../errors/index.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import type { LinkFactory } from "../messaging/link.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { Outcome, Way } from "../ports/routing.ts";
import type { Connection } from "../ports/transport.ts";
import { shakeHands } from "./dial.ts";

export interface DoormanRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly book: ConnectionBook;
  readonly links: LinkFactory;
  readonly record: (outcome: Outcome) => void;
}

/** Most inbound handshakes under way. */
const maxPending = 64;

/** Lets inbound connections in once they have said who they are. */
export class Doorman {
  readonly #rooms: DoormanRooms;
  #pending = new Set<Connection>();
  #stop = new AbortController();

  constructor(rooms: DoormanRooms) {
    this.#rooms = rooms;
  }

  open(): void {
    this.#stop = new AbortController();
  }

  close(reason: unknown): void {
    this.#stop.abort(reason);
  }

  /** Takes a connection that a transport accepted. Never throws. */
  admit(connection: Connection): void {
    if (this.#stop.signal.aborted || this.#rooms.book.full || this.#pending.size >= maxPending) {
      void connection.close("no room for another connection");
      return;
    }
    void this.#greet(connection);
  }

  async #greet(connection: Connection): Promise<void> {
    const { clock, book, links, events, record } = this.#rooms;
    this.#pending.add(connection);
    try {
      const link = await shakeHands(connection, links, clock, this.#stop.signal, false);
      const way: Way = {
        peer: link.peer,
        transport: connection.transport,
        road: connection.road,
        connected: true,
        ...(connection.rendezvous === undefined ? {} : { rendezvous: connection.rendezvous }),
      };
      record({ kind: "inbound", way });
      book.add(link, way, true);
    } catch (error) {
      void connection.close("handshake failed");
      if (this.#stop.signal.aborted) return;
      const code = codeOf(error, "HANDSHAKE_FAILED");
      events.emit("frame:rejected", {
        transport: connection.transport,
        remote: connection.remote,
        code,
        detail: describeError(error),
      });
    } finally {
      this.#pending.delete(connection);
    }
  }
}
