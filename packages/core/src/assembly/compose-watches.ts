import { askForAccepted } from "../messaging/ask.ts";
import { DoubtWatch } from "../messaging/doubt-watch.ts";
import { LinkWatch } from "../messaging/link-watch.ts";
import type { LiveLink } from "../messaging/live-link.ts";
import type { Session } from "../messaging/session.ts";
import { ports } from "../ports/ports.ts";
import type { PortContainer } from "./port-container.ts";
import { roomPorts as rooms } from "./room-ports.ts";

/** A letter accepted so long ago, in milliseconds, and not answered, is asked for though no link died. */
const askAgainMs = 5_000;

/** The rooms that notice when a link falls silent. */
export function composeWatches(c: PortContainer): void {
  const wake = (session: Session) => c.get(rooms.carrier).wake(session);
  const drop = (session: Session, live: LiveLink, detail: string) =>
    c.get(rooms.book).drop(session, live, { by: "lost", detail });
  c.provideFactory(
    rooms.doubts,
    () =>
      new DoubtWatch({
        clock: c.get(ports.clock),
        book: c.get(rooms.book),
        ask: (session, live) => c.get(rooms.linkWatch).measure(session, live),
        doubt: (session, live) => c.get(rooms.linkWatch).doubt(session, live),
      }),
  );
  c.provideFactory(rooms.linkWatch, () => {
    const outbox = c.get(rooms.outbox);
    return new LinkWatch({
      clock: c.get(ports.clock),
      book: c.get(rooms.book),
      sendNow: (session, live, item) => c.get(rooms.carrier).sendNow(session, live, item),
      onSuspect: (session, live) => {
        outbox.linkSuspected(session, live);
        // A link that does not answer after a sleep is most likely gone: another is dialled before it is given up.
        if (c.get(rooms.sleepWatch).excuse(live.openedAt)) c.get(rooms.connector).wantWay(session.peer);
      },
      onDoubted: (session, live) => outbox.linkDoubted(session, live),
      onStranded: ({ peer }) => c.get(rooms.connector).stranded(peer),
      onCleared: wake,
      onMeasured: (session, { way }, rttMs) => {
        session.rankedUntil = 0;
        c.get(rooms.verdicts).record({ kind: "measured", way, rttMs });
      },
      onDead: (session, live) => drop(session, live, "nothing was heard of it"),
      onReview: (session, now) => {
        const correspondent = outbox.correspondents.find(session.peer);
        if (correspondent !== undefined && askForAccepted(correspondent, session, now - askAgainMs)) wake(session);
      },
    });
  });
}
