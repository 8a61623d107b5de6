import type { PortContainer } from "../assembly/port-container.ts";
import { roomPorts as rooms } from "../assembly/room-ports.ts";
import { refusalIn } from "../messaging/farewell.ts";
import type { LiveLink } from "../messaging/live-link.ts";
import type { Session } from "../messaging/session.ts";
import { ports } from "../ports/ports.ts";
import type { CloseReason, TransportId } from "../ports/transport.ts";

/** Leads what happens to connections to the rooms that care, in one fixed order. Returns its undo. */
export function wireConnections(c: PortContainer): () => void {
  const outbox = c.get(rooms.outbox);
  const inbox = c.get(rooms.inbox);
  const watch = c.get(rooms.linkWatch);
  const doubts = c.get(rooms.doubts);
  const connector = c.get(rooms.connector);
  const clock = c.get(ports.clock);
  const events = c.get(ports.events);
  /** The medium ended it, for the other side broke one of its rules. Who is bound to its signalling did so itself; else whoever carries may have. */
  const breached = (session: Session, live: LiveLink, detail: string) => {
    const { connection } = live.link;
    const isItself = connection.capabilities.direct && (connection.binding?.length ?? 0) > 0;
    events.emit("frame:rejected", {
      transport: live.way.transport,
      remote: connection.remote,
      code: "FRAME_INVALID",
      detail,
    });
    c.get(rooms.door).offend("frameInvalid", { ...(isItself ? { peer: session.peer } : {}), remote: connection });
    connector.refused(live, "FRAME_INVALID");
  };
  c.get(rooms.book).listen({
    opened(session, live) {
      watch.open();
      c.get(rooms.cards).note(session.peer, live.link.card, "link");
      const { addresses } = c.get(rooms.addresses).target(session.peer);
      c.get(rooms.peerJournal).keep(session.peer, addresses, live.inbound ? "guest" : "anchor");
      c.get(rooms.orders).retire(session.peer, (key) => isAlive(c.get(rooms.book).session(session.peer, key), session));
      outbox.linkOpened(session);
      watch.spareInterrupted(session);
    },
    interrupted: (session, live, isInterrupted) => watch.interrupted(session, live, isInterrupted),
    closed(session, live, reason) {
      outbox.linkClosed(session, live, reason.by === "local");
      if (reason.by === "protocol") breached(session, live, reason.detail);
      else {
        const said = live.inbound ? undefined : refusalIn(reason.detail);
        const refusal = said ?? (isStillborn(live, reason, clock.now()) ? "CONNECTION_CLOSED" : undefined);
        if (refusal !== undefined) connector.refused(live, refusal);
      }
      connector.linkClosed(live);
    },
    frame(session, live, bytes) {
      doubts.heard(live, live.lastHeardAt);
      watch.heard(session, live);
      inbox.receive(session, live, bytes);
    },
  });
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
  const up = new Set<TransportId>();
  const undo = [
    events.on("swarm:wake", () => {
      watch.woke();
      connector.woke();
    }),
    events.on("transport:state", ({ transport, state }) => {
      const isUp = state === "ready" || state === "active";
      if (!isUp) return void up.delete(transport);
      sweepSoon();
      if (!up.has(transport)) c.get(rooms.mailOut).depositAgain();
      up.add(transport);
    }),
    events.on("frame:rejected", ({ transport, code, peer }) => {
      c.get(rooms.journal).reject(transport, code);
      if (peer !== undefined) c.get(rooms.door).offend("signalInvalid", { peer });
    }),
    events.on("breaker:half-open", sweepSoon),
    events.on("breaker:close", sweepSoon),
  ];
  return () => {
    open = false;
    for (const each of undo) each();
  };
}

/**
 * A link that ends so soon, in milliseconds, and brought nothing is a failed dial: else a way that is spoilt behind the handshake is
 * dialled without pause. One that came in counts too, where it broke: else two who dial each other by such a way take each
 * dial of the other for proof that it is well. Whoever closed its own dial in order had found a better way.
 */
const stillbornMs = 1_000;

function isStillborn(live: LiveLink, reason: CloseReason, now: number): boolean {
  const byOther = reason.by === "remote" && !live.inbound;
  const spoilt = byOther || reason.by === "lost" || reason.by === "protocol" || reason.detail.includes("SEAL_BROKEN");
  return spoilt && !live.retired && live.usefulAt === undefined && now - live.openedAt < stillbornMs;
}

/** Two instances of one origin have one store, and so are not alive at a time. */
function isAlive(other: Session | undefined, session: Session): boolean {
  return other !== undefined && (other.origin !== session.origin || other.instance.epoch >= session.instance.epoch);
}
