import { platform } from "#platform";
import { AskAll } from "../connecting/ask-all.ts";
import { defaultDialer } from "../connecting/default-dialer.ts";
import { defaultGuard } from "../connecting/default-guard.ts";
import { defaultRoutes } from "../connecting/default-routes.ts";
import { Verdicts } from "../connecting/verdicts.ts";
import { LocalDoor } from "../door/door.ts";
import { Acknowledgements } from "../messaging/acknowledgements.ts";
import { AssemblyBook } from "../messaging/assembly-book.ts";
import { Carrier } from "../messaging/carrier.ts";
import { ChannelBook } from "../messaging/channel-book.ts";
import { ConnectionBook } from "../messaging/connection-book.ts";
import { Dispatcher } from "../messaging/dispatcher.ts";
import { farewell } from "../messaging/farewell.ts";
import { Inbox } from "../messaging/inbox.ts";
import { Ledger } from "../messaging/ledger.ts";
import { LetterDesk } from "../messaging/letter-desk.ts";
import { perPeer } from "../messaging/limits.ts";
import type { LiveLink } from "../messaging/live-link.ts";
import { MessagePool } from "../messaging/message-pool.ts";
import { NodeInstance } from "../messaging/node-instance.ts";
import { OrderDesk } from "../messaging/order-desk.ts";
import type { LetterDraft } from "../messaging/out-letter.ts";
import { Outbox } from "../messaging/outbox.ts";
import { PieceDesk } from "../messaging/piece-desk.ts";
import { RequestDesk } from "../messaging/request-desk.ts";
import type { Session } from "../messaging/session.ts";
import { ports } from "../ports/ports.ts";
import type { Outcome } from "../ports/routing.ts";
import { recentKeyVerdicts, strictVerifier } from "../security/ed25519-strict.ts";
import { secureLinkFactory } from "../security/secure-link.ts";
import { TransportJournal } from "../status/transport-journal.ts";
import { composeConnecting } from "./compose-connecting.ts";
import { composeDurable } from "./compose-durable.ts";
import { composeMail } from "./compose-mail.ts";
import { composeWatches } from "./compose-watches.ts";
import { lazy } from "./lazy.ts";
import type { PortContainer } from "./port-container.ts";
import { roomPorts as rooms } from "./room-ports.ts";

/** Peers whose key was found sound; the check of one costs a millisecond. */
const maxKeyVerdicts = 4_096;

/**
 * The one place where the kernel's rooms are wired. Factories only: each room is made once, at its first use,
 * so whatever an application or a plugin put in a room's place before is what the others get.
 */
export function composeKernel(c: PortContainer): void {
  composeDurable(c);
  composePolicies(c);
  composeMessaging(c);
  composeWatches(c);
  composeConnecting(c);
  composeMail(c);
}

function composePolicies(c: PortContainer): void {
  c.provideFactory(ports.routes, () => defaultRoutes());
  c.provideFactory(ports.guard, () => defaultGuard(c.get(ports.clock)));
  c.provideFactory(ports.dialer, () => defaultDialer(c.get(rooms.addresses)));
  c.provideFactory(
    ports.discovery,
    () =>
      new AskAll({
        clock: c.get(ports.clock),
        events: c.get(ports.events),
        log: c.get(ports.logger),
        sources: c.lent(ports.discoverySource),
        connected: () => c.get(rooms.book).peers().length,
      }),
  );
  c.provideFactory(rooms.journal, () => new TransportJournal(c.get(ports.clock)));
  c.provideFactory(rooms.verdicts, () => {
    const journal = lazy(() => c.get(rooms.journal));
    const peers = lazy(() => c.get(rooms.peerJournal));
    const sleep = lazy(() => c.get(rooms.sleepWatch));
    const keepFigures = (outcome: Outcome) => {
      journal().record(outcome);
      const { peer } = outcome.way;
      if (outcome.kind === "accepted" && !peers().isAnchor(peer))
        peers().keep(peer, c.get(rooms.addresses).target(peer).addresses, "anchor");
    };
    return new Verdicts(c.get(ports.guard), c.get(ports.routes), keepFigures, (beganAt) => sleep().excuse(beganAt));
  });
  c.provideFactory(rooms.door, () => new LocalDoor({ clock: c.get(ports.clock), events: c.get(ports.events) }));
  c.provideFactory(rooms.instance, () => new NodeInstance(c.get(ports.clock), c.get(ports.random)));
  c.provideFactory(rooms.network, () => platform.network());
  c.provideFactory(ports.cryptoSuite, () => platform.cryptoSuite());
  c.provideFactory(rooms.verifier, () => strictVerifier(platform.ed25519(), recentKeyVerdicts(maxKeyVerdicts)));
  c.provideFactory(rooms.links, () => {
    const instance = c.get(rooms.instance);
    return secureLinkFactory({
      network: c.get(rooms.options).network,
      identity: c.get(ports.identity),
      instance: () => instance.current,
      origin: () => instance.origin,
      card: () => c.get(rooms.seals).card,
      suite: c.get(ports.cryptoSuite),
      verifier: c.get(rooms.verifier),
      clock: c.get(ports.clock),
      events: c.get(ports.events),
      onSealBroken: (remote) => c.get(rooms.door).offend("sealBroken", { remote }),
    });
  });
}

function composeMessaging(c: PortContainer): void {
  const carrier = lazy(() => c.get(rooms.carrier));
  const wake = (session: Session) => carrier().wake(session);
  const drop = (session: Session, live: LiveLink, detail: string) =>
    c.get(rooms.book).drop(session, live, { by: "lost", detail });
  const expel = (session: Session, live: LiveLink, detail: string) => {
    const book = c.get(rooms.book);
    // Who is refused at the door keeps no other link either.
    const all = c.get(rooms.door).refusedUntil(session.peer) === undefined ? [] : book.links(session.peer);
    for (const each of new Set([live, ...all])) {
      farewell(each.link, detail);
      const own = book.sessionOf(each);
      if (own !== undefined) book.drop(own, each, { by: "protocol", detail });
    }
  };
  const messaging = () => c.get(rooms.options).messaging;

  c.provideFactory(
    rooms.ledger,
    () => new Ledger(messaging().maxPeers * perPeer.windows, c.get(rooms.seenJournal), c.get(ports.clock)),
  );
  c.provideFactory(rooms.assemblies, () => new AssemblyBook(c.get(ports.clock)));
  c.provideFactory(rooms.pool, () => new MessagePool());
  c.provideFactory(rooms.channels, () => new ChannelBook());
  c.provideFactory(rooms.dispatcher, () => new Dispatcher(c.get(ports.events)));
  c.provideFactory(
    rooms.book,
    () =>
      new ConnectionBook({
        self: c.get(ports.identity).id,
        clock: c.get(ports.clock),
        events: c.get(ports.events),
        ledger: c.get(rooms.ledger),
        assemblies: c.get(rooms.assemblies),
        maxConnections: messaging().maxPeers * perPeer.connections,
      }),
  );
  c.provideFactory(rooms.outbox, () => {
    const book = c.get(rooms.book);
    const connector = lazy(() => c.get(rooms.connector));
    return new Outbox({
      clock: c.get(ports.clock),
      events: c.get(ports.events),
      options: messaging(),
      journal: c.get(rooms.outboxJournal),
      record: c.get(rooms.verdicts).record,
      newest: (peer) => book.newest(peer),
      sessionOf: (peer, key) => book.session(peer, key),
      wake,
      wantWay: (peer) => connector().wantWay(peer),
      suspect: (live) => {
        const session = book.sessionOf(live);
        if (session !== undefined) c.get(rooms.linkWatch).suspect(session, live);
      },
    });
  });
  c.provideFactory(
    rooms.acknowledgements,
    () =>
      new Acknowledgements({
        clock: c.get(ports.clock),
        events: c.get(ports.events),
        outbox: c.get(rooms.outbox),
        record: c.get(rooms.verdicts).record,
        wake,
      }),
  );
  c.provideFactory(rooms.orders, () => new OrderDesk());
  c.provideFactory(rooms.requests, () => {
    const post = (draft: LetterDraft) => void c.get(rooms.outbox).post(draft);
    return new RequestDesk({ clock: c.get(ports.clock), options: c.get(rooms.options).messaging, post });
  });
  c.provideFactory(
    rooms.desk,
    () =>
      new LetterDesk({
        events: c.get(ports.events),
        channels: c.get(rooms.channels),
        dispatcher: c.get(rooms.dispatcher),
        journal: c.get(rooms.seenJournal),
        orders: c.get(rooms.orders),
        requests: c.get(rooms.requests),
        maxLetterBytes: messaging().maxLetterBytes,
      }),
  );
  c.provideFactory(rooms.inbox, () => {
    const acknowledgements = c.get(rooms.acknowledgements);
    const book = c.get(rooms.book);
    const ledger = c.get(rooms.ledger);
    return new Inbox({
      clock: c.get(ports.clock),
      events: c.get(ports.events),
      door: c.get(rooms.door),
      desk: c.get(rooms.desk),
      pieces: new PieceDesk({
        clock: c.get(ports.clock),
        events: c.get(ports.events),
        maxLetterBytes: messaging().maxLetterBytes,
      }),
      acknowledge: (session, item) => acknowledgements.read(session, item),
      advance: (session, base) => ledger.advance(session.peer, session.origin, session.window, base),
      pong: (session, live, token) => c.get(rooms.linkWatch).answered(session, live, token),
      cancel: (session, seq) => c.get(rooms.requests).cancel(session.peer, session.origin, seq),
      wake,
      wakeLater: (session) => carrier().wakeLater(session),
      ofOrigin: (peer, origin) => book.ofOrigin(peer, origin),
      expel,
    });
  });
  const outbox = lazy(() => c.get(rooms.outbox));
  const doubts = lazy(() => c.get(rooms.doubts));
  c.provideFactory(
    rooms.carrier,
    () =>
      new Carrier({
        clock: c.get(ports.clock),
        routes: c.get(ports.routes),
        correspondents: outbox().correspondents,
        sent: (letter, live, now) => outbox().sent(letter, live, now),
        pieceSent: (letter, pieces, live, now) => outbox().pieceSent(letter, pieces, live, now),
        awaits: (session, live, now) => doubts().awaits(session, live, now),
        measure: (session, live) => c.get(rooms.linkWatch).measure(session, live),
        drop,
      }),
  );
}
