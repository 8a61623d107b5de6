import { readSlot, slots } from "../ledger/kept-values.ts";
import type { ChainStats } from "./blockchain-sync.ts";
import { tokensOf } from "./chain-reader.ts";
import type { OpenRoom, RoomParts } from "./open-room.ts";

/** What a node's chain comes to; of one that is not open, what its genesis says. */
export function statsOf(
  { rules, settings, clock, store }: RoomParts,
  open: OpenRoom | undefined,
  o: Pick<ChainStats, "isRunning" | "lastSyncAt">,
): ChainStats {
  const sync = open?.sync;
  const state = open?.chain.position.state ?? rules.genesis.state;
  const live = sync?.bodies.isBehind ? "behind" : "live";
  return {
    ...o,
    isKept: store.durable,
    interval: settings.interval,
    state: open === undefined ? "closed" : sync === undefined ? "stopped" : live,
    tip: open?.chain.tip.id ?? rules.genesis.block.id,
    height: open?.chain.tip.height ?? 0,
    headerHeight: open?.chain.tree.best.height ?? 0,
    peers: sync?.peers.all.filter(({ speaks }) => speaks).length ?? 0,
    perTransport: sync?.roads.all() ?? {},
    pool: open?.pool.stats ?? { pending: 0, queued: 0, bytes: 0 },
    rewardPool: readSlot(state, slots.pool),
    tokens: tokensOf(state).length,
    reorgs: open?.reorgs ?? 0,
    rejected: sync?.court.rejected ?? {},
    banned: open?.scores.banned(clock.now()) ?? 0,
    equivocators: sync?.equivocations.count ?? 0,
    blocksReceived: sync?.bodies.received ?? 0,
  };
}
