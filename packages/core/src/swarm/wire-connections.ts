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
  const events = c.get(ports.events);
  let open = true;
  let due = false;
  // Behind the event: other listeners (a guard that revives its breakers) have heard of it, and no try is half begun.
  const sweepSoon = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      if (open) connector.sweep();
    });
  };
  const undo = [
    events.on("transport:state", ({ state }) => {
      if (state === "ready" || state === "active") sweepSoon();
    }),
    events.on("breaker:half-open", sweepSoon),
    events.on("breaker:close", sweepSoon),
  ];
  return () => {
    open = false;
    for (const each of undo) each();
  };
}
