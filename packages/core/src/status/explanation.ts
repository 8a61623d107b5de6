import type { AddressBook } from "../connecting/address-book.ts";
import type { Connector } from "../connecting/connector.ts";
import { roadKey, waysTo } from "../connecting/ways.ts";
import type { CardBook } from "../mail/card-book.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import type { Outbox } from "../messaging/outbox.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Guard, RoutePolicy, Way } from "../ports/routing.ts";
import type { Transport } from "../ports/transport.ts";

/** One way to a peer, and why it is or is not used. */
export interface WayExplanation {
  readonly transport: string;
  readonly road: string;
  readonly rendezvous: string | null;
  /** "carries": letters take it. "standby": connected, another is better. "interrupted": its medium is away and may come back, another carries. "suspect": silent. "retired": lost a glare. "dialling". "waiting": not before `retryInMs`. "open": may be tried. */
  readonly state: "carries" | "standby" | "interrupted" | "suspect" | "retired" | "dialling" | "waiting" | "open";
  readonly score: number;
  readonly roundTripMs: number | null;
  /** Why it waits: "backoff", "breaker open", "nobody there", "graylisted", "its door is busy". */
  readonly reason: string | null;
  readonly retryInMs: number | null;
  readonly lastTry: {
    readonly outcome: string;
    readonly agoMs: number;
    readonly code: string | null;
    readonly detail: string | null;
  } | null;
}

export interface Explanation {
  readonly peer: PeerId;
  readonly connected: boolean;
  /** Instances of the peer that are connected. */
  readonly instances: number;
  /** Addresses that discovery told. */
  readonly addresses: number;
  readonly waiting: { readonly letters: number; readonly bytes: number };
  /** A sealed letter could be left for it while it is away. Without a letter key of the peer, letters wait for a way. */
  readonly letterKey: boolean;
  readonly ways: readonly WayExplanation[];
  /** When the next look or try is due, where one is. */
  readonly nextTryInMs: number | null;
}

export interface ExplanationRooms {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly routes: RoutePolicy;
  readonly book: ConnectionBook;
  readonly outbox: Outbox;
  readonly connector: Connector;
  readonly addresses: AddressBook;
  readonly cards: CardBook;
  readonly usable: readonly Transport[];
}

/** Ways known, tried, scored and broken, and when the next try is due. */
export function explainPeer(rooms: ExplanationRooms, peer: PeerId): Explanation {
  const { clock, book, outbox, connector, addresses, routes } = rooms;
  const now = clock.now();
  const sessions = book.sessions(peer);
  const pursuit = connector.pursuitOf(peer);
  const target = addresses.target(peer);
  const connected = sessions.flatMap((session) =>
    session.links.map((live): WayExplanation => {
      const state = live.retired
        ? "retired"
        : live.suspect
          ? "suspect"
          : session.best === live || session.links.length === 1
            ? "carries"
            : live.interrupted
              ? "interrupted"
              : "standby";
      return {
        ...head(live.way, routes),
        state,
        roundTripMs: live.roundTrip.smoothedMs ?? null,
        reason: null,
        retryInMs: null,
        lastTry: null,
      };
    }),
  );
  const covered = new Set(sessions.flatMap((session) => session.links.map(({ way }) => roadKey(way))));
  const others = waysTo(pursuit?.target ?? target, rooms.usable)
    .filter(({ way }) => !covered.has(roadKey(way)))
    .map(({ way }): WayExplanation => {
      const key = `${way.transport} ${way.road} ${way.rendezvous ?? ""} ${way.peer}`;
      const last = pursuit?.tries.get(key);
      const absentUntil = pursuit?.absentUntil(key) ?? 0;
      const reason = last?.code === "DOOR_BUSY" ? "its door is busy" : "nobody there";
      const refusal = absentUntil > now ? { retryAt: absentUntil, reason } : rooms.guard.peek?.(way);
      const state = pursuit?.dials.has(key) ? "dialling" : refusal ? "waiting" : "open";
      return {
        ...head(way, routes),
        state,
        roundTripMs: null,
        reason: refusal?.reason ?? null,
        retryInMs: refusal ? Math.max(0, refusal.retryAt - now) : null,
        lastTry: last
          ? { outcome: last.kind, agoMs: now - last.at, code: last.code ?? null, detail: last.detail ?? null }
          : null,
      };
    });
  return {
    peer,
    connected: sessions.length > 0,
    instances: sessions.length,
    addresses: target.addresses.length,
    waiting: outbox.waiting(peer),
    letterKey: rooms.cards.has(peer),
    ways: [...connected, ...others],
    nextTryInMs: pursuit?.nextAt === undefined ? null : Math.max(0, pursuit.nextAt - now),
  };
}

function head(way: Way, routes: RoutePolicy): Pick<WayExplanation, "transport" | "road" | "rendezvous" | "score"> {
  return {
    transport: way.transport,
    road: way.road,
    rendezvous: way.rendezvous ?? null,
    score: routes.score(way.transport),
  };
}
