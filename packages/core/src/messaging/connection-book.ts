import { leastUseful } from "../door/room-maker.ts";
import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Way } from "../ports/routing.ts";
import type { CloseReason, TransportId } from "../ports/transport.ts";
import type { AssemblyBook } from "./assembly-book.ts";
import type { Ledger } from "./ledger.ts";
import { instanceKey, type Link } from "./link.ts";
import { LiveLink } from "./live-link.ts";
import { Session } from "./session.ts";

/** What other rooms hear of links. */
export interface ConnectionListener {
  opened(session: Session, live: LiveLink): void;
  /** The link's medium says that nothing passes at present, or that it does again. */
  interrupted(session: Session, live: LiveLink, isInterrupted: boolean): void;
  closed(session: Session, live: LiveLink, reason: CloseReason): void;
  frame(session: Session, live: LiveLink, bytes: Uint8Array): void;
}

export interface ConnectionBookRooms {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly ledger: Ledger;
  readonly assemblies: AssemblyBook;
  readonly maxConnections: number;
}

/** How long a link that lost a glare stays open for what is still on it. */
const retireMs = 2_000;
/** A dial and its handshake take no longer, in milliseconds: one that ends later began when the older link stood. */
const glareMs = 15_000;

/** Every link that stands, by peer and instance. */
export class ConnectionBook {
  readonly #rooms: ConnectionBookRooms;
  readonly #byPeer = new Map<PeerId, Map<string, Session>>();
  readonly #retiring = new Set<Disposable>();
  #listener: ConnectionListener | undefined;
  #count = 0;

  constructor(rooms: ConnectionBookRooms) {
    this.#rooms = rooms;
  }

  /** The kernel's composition sets the one listener. */
  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  get size(): number {
    return this.#count;
  }

  get full(): boolean {
    return this.#count >= this.#rooms.maxConnections;
  }

  peers(): PeerId[] {
    return [...this.#byPeer.keys()];
  }

  sessions(peer: PeerId): Session[] {
    return [...(this.#byPeer.get(peer)?.values() ?? [])];
  }

  *allSessions(): Iterable<Session> {
    for (const sessions of this.#byPeer.values()) yield* sessions.values();
  }

  session(peer: PeerId, key: string): Session | undefined {
    return this.#byPeer.get(peer)?.get(key);
  }

  /** The session that a letter goes to: of the newest instance that is connected. */
  newest(peer: PeerId): Session | undefined {
    let newest: Session | undefined;
    for (const session of this.#byPeer.get(peer)?.values() ?? []) {
      if (newest === undefined || session.instance.epoch > newest.instance.epoch) newest = session;
    }
    return newest;
  }

  /** The newest session whose letters are of this sequence: its sender may have been restarted meanwhile. */
  ofOrigin(peer: PeerId, origin: string): Session | undefined {
    let newest: Session | undefined;
    for (const session of this.#byPeer.get(peer)?.values() ?? []) {
      if (session.origin === origin && (newest?.instance.epoch ?? -1) < session.instance.epoch) newest = session;
    }
    return newest;
  }

  /** Every link on one of these transports. */
  linksBy(transports: ReadonlySet<TransportId>): LiveLink[] {
    const all = [...this.allSessions()].flatMap((session) => session.links);
    return all.filter(({ way }) => transports.has(way.transport));
  }

  links(peer: PeerId): LiveLink[] {
    return this.sessions(peer).flatMap((session) => session.links);
  }

  /**
   * Takes a link that has done its handshake. Of two on one road the lower id's dial stays.
   * @throws SwarmError `CONNECTION_CLOSED` when the book is full
   */
  add(link: Link, way: Way, inbound: boolean): LiveLink {
    if (this.full && !(inbound && this.#makeRoom())) {
      void link.close("too many connections");
      throw new SwarmError("CONNECTION_CLOSED", `the node holds ${this.#count} connections already`);
    }
    const { clock, events } = this.#rooms;
    const live = new LiveLink(link, { ...way, peer: link.peer }, inbound, clock.now());
    const firstOfPeer = !this.#byPeer.has(link.peer);
    const session = this.#sessionFor(link);
    session.links.push(live);
    this.#count++;
    this.#settleGlare(session, live);
    if (firstOfPeer) events.emit("peer:connect", { peer: link.peer });
    events.emit("connection:open", { peer: link.peer, transport: way.transport, road: way.road, inbound });
    this.#listener?.opened(session, live);
    link.read((bytes) => {
      if (live.closed) return;
      live.lastHeardAt = clock.now();
      this.#listener?.frame(session, live, bytes);
    });
    link.connection.onInterrupted?.((isInterrupted) => {
      if (!live.closed) this.#listener?.interrupted(session, live, isInterrupted);
    });
    void link.closed.then((reason) => this.#remove(session, live, reason));
    return live;
  }

  /** Whether a newcomer would find room. */
  get roomy(): boolean {
    return !this.full || this.#leastUseful() !== undefined;
  }

  /** The session that a link belongs to while it stands. */
  sessionOf(live: LiveLink): Session | undefined {
    const session = this.session(live.link.peer, instanceKey(live.link.instance));
    return session?.links.includes(live) ? session : undefined;
  }

  /** Gives a link up at once, whether or not its medium still answers. */
  drop(session: Session, live: LiveLink, reason: CloseReason): void {
    this.#remove(session, live, reason);
    void live.link.close(reason.detail);
  }

  /** Closes every link and forgets; resolves when all are closed. */
  async closeAll(reason: string): Promise<void> {
    for (const timer of this.#retiring) timer[Symbol.dispose]();
    this.#retiring.clear();
    await closeLinks(
      [...this.allSessions()].flatMap((session) => session.links),
      reason,
    );
  }

  #leastUseful(): LiveLink | undefined {
    return leastUseful(
      [...this.allSessions()].flatMap((session) => session.links),
      this.#rooms.clock.now(),
    );
  }

  /** A link of no use gives way to a newcomer. */
  #makeRoom(): boolean {
    const live = this.#leastUseful();
    const session = live && this.sessionOf(live);
    if (live === undefined || session === undefined) return false;
    this.drop(session, live, { by: "local", detail: "made room for another" });
    return true;
  }

  #sessionFor(link: Link): Session {
    const sessions = this.#byPeer.get(link.peer) ?? new Map<string, Session>();
    this.#byPeer.set(link.peer, sessions);
    const key = instanceKey(link.instance);
    const origin = instanceKey(link.origin);
    const window = this.#rooms.ledger.window(link.peer, origin);
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const halves = this.#rooms.assemblies.entered(link.peer, origin);
    const session = new Session(link.peer, link.instance, origin, window, halves);
    sessions.set(key, session);
    return session;
  }

  #settleGlare(session: Session, live: LiveLink): void {
    for (const other of session.links) {
      if (other === live || !other.usable) continue;
      if (
        other.way.transport !== live.way.transport ||
        other.way.road !== live.way.road ||
        other.way.rendezvous !== live.way.rendezvous
      )
        continue;
      const loser = this.#loser(other, live);
      loser.retired = true;
      const timer = this.#rooms.clock.timer(retireMs, () => {
        this.#retiring.delete(timer);
        void loser.link.close("another connection on this road is kept");
      });
      this.#retiring.add(timer);
      session.rankedUntil = 0;
      return;
    }
  }

  /**
   * Both sides must choose alike: by who dialled, else the older goes. It also goes where it had long stood: nobody dials beside a link that
   * carries, so for the one who dialled it is dead, as after a change of address, which this side has no way to notice while nothing is said.
   */
  #loser(older: LiveLink, newer: LiveLink): LiveLink {
    if (newer.openedAt - older.openedAt > glareMs) return older;
    const dialler = (live: LiveLink) => (live.inbound ? live.link.peer : this.#rooms.self);
    if (dialler(older) === dialler(newer)) return older;
    return dialler(older) < dialler(newer) ? newer : older;
  }

  #remove(session: Session, live: LiveLink, reason: CloseReason): void {
    if (live.closed) return;
    live.closed = true;
    this.#count--;
    const at = session.links.indexOf(live);
    if (at >= 0) session.links.splice(at, 1);
    session.rankedUntil = 0;
    if (session.replyLink === live) session.replyLink = undefined;
    const { events } = this.#rooms;
    const sessions = this.#byPeer.get(session.peer);
    if (session.links.length === 0 && sessions?.delete(session.key))
      this.#rooms.assemblies.left(session.peer, session.origin);
    events.emit("connection:close", { peer: session.peer, transport: live.way.transport, road: live.way.road, reason });
    const gone = sessions?.size === 0;
    if (gone) this.#byPeer.delete(session.peer);
    this.#listener?.closed(session, live, reason);
    if (gone) events.emit("peer:disconnect", { peer: session.peer });
  }
}

/** Closes links in order; resolves when all are closed. */
export async function closeLinks(lives: readonly LiveLink[], reason: string): Promise<void> {
  await Promise.all(lives.map((live) => live.link.close(reason)));
  await Promise.all(lives.map((live) => live.link.closed));
}
