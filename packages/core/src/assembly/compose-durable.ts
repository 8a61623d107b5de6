import { forgetfulPeers, storedPeers } from "../connecting/peer-book-journal.ts";
import { DoorJournal } from "../door/door-journal.ts";
import { codeOf, describeError } from "../errors/index.ts";
import { forgetfulOutbox, storedOutbox } from "../messaging/journal/outbox-journal.ts";
import { forgetfulSeen, storedSeen } from "../messaging/journal/seen-journal.ts";
import type { Clock } from "../ports/clock.ts";
import type { OnePort } from "../ports/port.ts";
import { ports } from "../ports/ports.ts";
import type { Store } from "../ports/store.ts";
import { memoryStore } from "../store/index.ts";
import type { PortContainer } from "./port-container.ts";
import { roomPorts as rooms } from "./room-ports.ts";

/** What outlives the process where the store does; else rooms that keep nothing. */
export function composeDurable(c: PortContainer): void {
  const storeFailed = (error: unknown) =>
    c.get(ports.events).emit("store:failed", { code: codeOf(error, "STORE_FAILED"), detail: describeError(error) });
  const journal = <Journal>(
    port: OnePort<Journal>,
    stored: (store: Store, clock: Clock, onFailed: (error: unknown) => void) => Journal,
    forgetful: () => Journal,
  ) =>
    c.provideFactory(port, () => {
      const store = c.get(ports.store);
      return store.durable ? stored(store, c.get(ports.clock), storeFailed) : forgetful();
    });

  c.provideFactory(ports.store, () => memoryStore());
  c.provideFactory(
    rooms.doorJournal,
    () =>
      new DoorJournal({
        door: c.get(rooms.door),
        store: c.get(ports.store),
        events: c.get(ports.events),
        onFailed: storeFailed,
      }),
  );
  journal(rooms.outboxJournal, storedOutbox, forgetfulOutbox);
  journal(rooms.seenJournal, storedSeen, forgetfulSeen);
  journal(rooms.peerJournal, storedPeers, forgetfulPeers);
}
