import { decode, encode } from "cborg";
import { WriteBehind } from "../messaging/journal/write-behind.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Store } from "../ports/store.ts";
import type { Address } from "../ports/transport.ts";
import { isPeerId } from "../security/peer-id.ts";

const namespace = "peers";
/** Peers that were really connected, kept for the next start. */
const maxKept = 256;
/**
 * Of them, peers that only ever came to us: whoever makes ids by the thousand must not drive out those that this node
 * chose, or it would meet nobody else after its next start.
 */
const maxGuests = 64;
/** One not connected for so long is no longer dialled at a start, in milliseconds. */
const staleMs = 30 * 86_400_000;

/** A peer that was connected in an earlier run. */
export interface KeptPeer {
  readonly peer: PeerId;
  readonly addresses: readonly Address[];
}

/** What of the address book outlives the process: peers that a handshake proved, with their addresses. */
export interface PeerBookJournal {
  load(): Promise<readonly KeptPeer[]>;
  /** The peer is connected; these are its addresses. An anchor was dialled by this node, or took letters of it, once. */
  keep(peer: PeerId, addresses: readonly Address[], standing: "anchor" | "guest"): void;
  isAnchor(peer: PeerId): boolean;
  flush(): Promise<void>;
}

export function forgetfulPeers(): PeerBookJournal {
  return { load: async () => [], keep: () => {}, isAnchor: () => true, flush: async () => {} };
}

export function storedPeers(store: Store, clock: Clock, onFailed: (error: unknown) => void): PeerBookJournal {
  const behind = new WriteBehind(store, clock, namespace, onFailed);
  const anchors = new Set<PeerId>();
  const guests = new Set<PeerId>();
  const drop = (list: Set<PeerId>) => {
    const [oldest] = list;
    if (oldest === undefined) return;
    list.delete(oldest);
    behind.delete(oldest);
  };
  const note = (peer: PeerId, isAnchor: boolean) => {
    const list = isAnchor ? anchors : guests;
    guests.delete(peer);
    list.delete(peer);
    list.add(peer);
    if (anchors.size > maxKept) drop(anchors);
    if (guests.size > maxGuests || anchors.size + guests.size > maxKept) drop(guests);
  };
  return {
    async load() {
      const rows: (KeptPeer & Row)[] = [];
      for await (const [peer, value] of store.namespace(namespace).range()) {
        behind.found(peer);
        const row = readRow(value);
        if (row === undefined || !isPeerId(peer) || clock.wall() - row.at > staleMs) behind.delete(peer);
        else rows.push({ peer, ...row });
      }
      rows.sort((a, b) => a.at - b.at);
      for (const { peer, isAnchor } of rows) note(peer, isAnchor);
      return rows
        .filter(({ peer }) => anchors.has(peer) || guests.has(peer))
        .map(({ peer, addresses }) => ({ peer, addresses }));
    },
    keep(peer, addresses, standing) {
      const isAnchor = standing === "anchor" || anchors.has(peer);
      behind.put(
        peer,
        encode([
          Math.floor(clock.wall()),
          addresses.map(({ transport, value, rendezvous }) => [transport, value, rendezvous ?? null]),
          isAnchor,
        ]),
      );
      note(peer, isAnchor);
    },
    isAnchor: (peer) => anchors.has(peer),
    flush: () => behind.flush(),
  };
}

interface Row {
  readonly at: number;
  readonly addresses: readonly Address[];
  readonly isAnchor: boolean;
}

function readRow(value: Uint8Array): Row | undefined {
  let list: unknown;
  try {
    list = decode(value);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  const [at, rows, isAnchor] = list;
  if (!Number.isSafeInteger(at) || !Array.isArray(rows)) return undefined;
  const addresses = rows.flatMap((row: unknown): Address[] => {
    const [transport, address, rendezvous] = Array.isArray(row) ? row : [];
    if (typeof transport !== "string" || typeof address !== "string") return [];
    return [typeof rendezvous === "string" ? { transport, value: address, rendezvous } : { transport, value: address }];
  });
  return { at, addresses, isAnchor: isAnchor === true };
}
