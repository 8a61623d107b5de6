import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import { ports } from "../ports/ports.ts";

/** Leads what happens to connections to the rooms that care, in one fixed order. Returns its undo. */
export function wireConnections(c: PortContainer): () => void {
  const outbox = c.get(rooms.outbox);
  const inbox = c.get(rooms.inbox);
  const watch = c.get(rooms.linkWatch);
  const connector = c.get(rooms.connector);
  c.get(rooms.book).listen({
    opened(session) {
      watch.open();
      outbox.linkOpened(session);
    },
    closed(session, live, reason) {
      outbox.linkClosed(session, live, reason.by === "local");
      connector.linkClosed(session.peer);
    },
    frame(session, live, bytes) {
      watch.heard(session, live);
      inbox.receive(session, live, bytes);
    },
  });
  const sweepWhenUp = ({ state }: { readonly state: string }) => {
    if (state === "ready" || state === "active") connector.sweep();
  };
  return c.get(ports.events).on("transport:state", sweepWhenUp);
}
