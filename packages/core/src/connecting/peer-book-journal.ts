import { decode, encode } from "cborg";
import { WriteBehind } from "../messaging/journal/write-behind.ts";
import type { Clock } from "../ports/clock.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Store } from "../ports/store.ts";
import type { Address } from "../ports/transport.ts";
import { isPeerId } from "../security/peer-id.ts";

const namespace = "peers";
/** Peers that were really connected, kept for the next start: the newest. */
const maxKept = 256;
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
  /** The peer is connected; these are its addresses. */
  keep(peer: PeerId, addresses: readonly Address[]): void;
  flush(): Promise<void>;
}

export function forgetfulPeers(): PeerBookJournal {
  return { load: async () => [], keep: () => {}, flush: async () => {} };
}

export function storedPeers(store: Store, clock: Clock, onFailed: (error: unknown) => void): PeerBookJournal {
  const behind = new WriteBehind(store, clock, namespace, onFailed);
  const kept = new Map<PeerId, number>();
  const note = (peer: PeerId, at: number) => {
    kept.delete(peer);
    kept.set(peer, at);
    const [oldest] = kept.keys();
    if (kept.size <= maxKept || oldest === undefined) return;
    kept.delete(oldest);
    behind.delete(oldest);
  };
  return {
    async load() {
      const rows: (KeptPeer & { readonly at: number })[] = [];
      for await (const [peer, value] of store.namespace(namespace).range()) {
        behind.found(peer);
        const row = readRow(value);
        if (row === undefined || !isPeerId(peer) || clock.wall() - row.at > staleMs) behind.delete(peer);
        else rows.push({ peer, ...row });
      }
      rows.sort((a, b) => a.at - b.at);
      for (const { peer, at } of rows) note(peer, at);
      return rows.filter(({ peer }) => kept.has(peer));
    },
    keep(peer, addresses) {
      note(peer, clock.wall());
      behind.put(
        peer,
        encode([
          Math.floor(clock.wall()),
          addresses.map(({ transport, value, rendezvous }) => [transport, value, rendezvous ?? null]),
        ]),
      );
    },
    flush: () => behind.flush(),
  };
}

function readRow(value: Uint8Array): { readonly at: number; readonly addresses: readonly Address[] } | undefined {
  let list: unknown;
  try {
    list = decode(value);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  const [at, rows] = list;
  if (!Number.isSafeInteger(at) || !Array.isArray(rows)) return undefined;
  const addresses = rows.flatMap((row: unknown): Address[] => {
    const [transport, address, rendezvous] = Array.isArray(row) ? row : [];
    if (typeof transport !== "string" || typeof address !== "string") return [];
    return [typeof rendezvous === "string" ? { transport, value: address, rendezvous } : { transport, value: address }];
  });
  return { at, addresses };
}
