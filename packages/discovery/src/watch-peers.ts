import type { Clock, EventBus, PeerId, PluginHandle } from "@swarm-space/core";
import type { CandidateBook } from "./candidate-book.ts";
import type { DiscoverySettings } from "./discovery-config.ts";
import type { Sought } from "./sought.ts";

export interface WatchParts {
  readonly settings: DiscoverySettings;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly book: CandidateBook;
  /** Kept here, read by others. */
  readonly connected: Set<PeerId>;
  readonly sought: Sought;
  /** Who is wanted, or how many are connected, may have changed. */
  readonly onChange: () => void;
}

/** Say nothing of the peer: what leads to it is away, or others crowd its door. */
const noVerdict: readonly string[] = Object.freeze(["TRANSPORT_UNAVAILABLE", "DOOR_BUSY"]);

/** Writes into the book what became of dials and connections. */
export function watchPeers(parts: WatchParts): PluginHandle {
  const { settings, clock, events, book, connected, sought, onChange } = parts;
  let undo: (() => void)[] = [];
  let timer: Disposable | undefined;
  const credit = () => {
    for (const peer of connected) book.reached(peer, clock.now());
    onChange();
    timer = clock.timer(settings.creditMs, credit);
  };
  return {
    start() {
      if (undo.length > 0) return;
      timer = clock.timer(settings.creditMs, credit);
      undo = [
        events.on("peer:identify", ({ peer, address }) => {
          book.identify(peer, address, clock.now());
          onChange();
        }),
        events.on("peer:connect", ({ peer }) => {
          connected.add(peer);
          sought.found(peer);
          onChange();
        }),
        // Who only came to us says nothing of how well it is reached.
        events.on("connection:open", ({ peer, inbound }) => {
          if (inbound) return;
          book.reached(peer, clock.now());
          onChange();
        }),
        events.on("peer:disconnect", ({ peer }) => {
          connected.delete(peer);
          onChange();
        }),
        events.on("dial:failed", ({ peer, transport, code }) => {
          if (noVerdict.includes(code)) return;
          const wrong = code === "PEER_MISMATCH" ? transport : undefined;
          // Who reaches nobody does not know whose fault it is.
          book.failed(peer, clock.now(), { wrong, isBlamed: connected.size > 0 });
          onChange();
        }),
      ];
    },
    stop() {
      for (const each of undo) each();
      undo = [];
      timer?.[Symbol.dispose]();
      timer = undefined;
      connected.clear();
    },
  };
}
