import type { TransportRoom } from "../connecting/transport-room.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import type { PeerId } from "../ports/identity.ts";
import type { RoutePolicy } from "../ports/routing.ts";
import type { Transport, TransportId, TransportState } from "../ports/transport.ts";
import type { TransportJournal } from "./transport-journal.ts";

/** How one transport fares. */
export interface TransportHealth {
  readonly transport: TransportId;
  /** "disabled": its plugin was taken out of use. */
  readonly status: { readonly state: TransportState | "disabled"; readonly lastError: string | null };
  /** 0 to 1, as learnt by the routing policy. */
  readonly reliability: number;
  /** Peers with a connection over this transport now. */
  readonly connectedPeers: number;
  /** Wall milliseconds of the last sign of life, 0 before the first. */
  readonly lastActivity: number;
  /** Failed dials, silences and outages since the start. */
  readonly failureCount: number;
  /** What was refused on it since the start, by code, as `frame:rejected` tells it: frames, links, and what came by its signalling. */
  readonly rejected: ReadonlyMap<string, number>;
}

export interface TransportStatus {
  /** The most reliable transport that is up; of none that is up, the first. Null without any transport. */
  readonly primary: TransportId | null;
  readonly health: ReadonlyMap<TransportId, TransportHealth>;
  /** Peers with any connection. */
  readonly totalPeers: number;
}

export interface TransportStatusRooms {
  readonly transports: readonly Transport[];
  readonly room: TransportRoom;
  readonly book: ConnectionBook;
  readonly routes: RoutePolicy;
  readonly journal: TransportJournal;
}

const isUp = ({ status }: TransportHealth) =>
  status.state === "active" || status.state === "ready" || status.state === "degraded";

/** The seed's status table, from the rooms as they are now. */
export function transportStatus({ transports, room, book, routes, journal }: TransportStatusRooms): TransportStatus {
  const peersOf = new Map<TransportId, Set<PeerId>>();
  for (const session of book.allSessions()) {
    for (const { way } of session.links)
      peersOf.set(way.transport, (peersOf.get(way.transport) ?? new Set()).add(session.peer));
  }
  const rows = transports.map((transport): TransportHealth => {
    const { id } = transport;
    const lastError = transport.lastError ?? room.failure(id) ?? null;
    const own = room.failure(id) === undefined ? transport.state : "error";
    const state = room.isOff(transport) ? "disabled" : own;
    return {
      transport: id,
      status: { state, lastError },
      reliability: routes.score(id),
      connectedPeers: peersOf.get(id)?.size ?? 0,
      ...journal.figures(id),
    };
  });
  const [best] = (rows.some(isUp) ? rows.filter(isUp) : rows).toSorted((a, b) => b.reliability - a.reliability);
  return {
    primary: best?.transport ?? null,
    health: new Map(rows.map((row) => [row.transport, row])),
    totalPeers: book.peers().length,
  };
}
