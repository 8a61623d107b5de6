import type { Clock, EventBus, Lane, Self, Store, StrictVerifier } from "@swarm-space/core";
import type { ChainRules } from "../chain/rules.ts";
import { readSlot, slots } from "../ledger/kept-values.ts";
import type { TellChain } from "../live/chain-events.ts";
import type { NodeChain } from "../live/node-chain.ts";
import { openChain } from "../live/open-chain.ts";
import { PoolRoom } from "../live/pool-room.ts";
import { strictSignatures } from "../live/strict-signatures.ts";
import type { ChainStore } from "../model/chain-store.ts";
import { defaultPoolLimits } from "../pool/pool-limits.ts";
import { TransactionPool } from "../pool/transaction-pool.ts";
import { kernelChainStore } from "../store/kernel-chain-store.ts";
import { ChainSync } from "../sync/chain-sync.ts";
import type { TellSync } from "../sync/tell-sync.ts";
import type { ChainMessage } from "../sync/wire.ts";
import type { ChainSyncSettings } from "./chain-sync-config.ts";

export interface RoomParts {
  readonly rules: ChainRules;
  readonly settings: ChainSyncSettings;
  readonly self: Self;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly store: Store;
  readonly verifier: StrictVerifier;
}

/** A chain that is open, and whether it is kept in step. */
export interface OpenRoom {
  readonly chain: NodeChain;
  readonly room: PoolRoom;
  readonly pool: TransactionPool;
  readonly store: ChainStore;
  sync: ChainSync | undefined;
  reorgs: number;
  /** Undoes the listening of `openRoom`. */
  unfollow(): void;
}

/** Opens the chain of a node. @throws SwarmError as `openChain` */
export async function openRoom(parts: RoomParts): Promise<OpenRoom> {
  const { rules, settings, clock, events } = parts;
  const { id } = rules.genesis.block;
  const store = kernelChainStore(parts.store, id);
  const verifier = strictSignatures(parts.verifier);
  const limits = { bytes: settings.poolBytes, leastFeeRate: BigInt(settings.leastFeeRate) };
  const pool = new TransactionPool(id, { ...defaultPoolLimits, ...limits });
  const tell: TellChain = (name, event) => events.emit(name, event);
  const room = new PoolRoom({ rules, store, verifier, pool, now: () => clock.now(), tell });
  const { maxReorgDepth } = settings;
  const chain = await openChain({ rules, store, verifier, pool: room, wall: () => clock.wall(), tell, maxReorgDepth });
  const open: OpenRoom = { chain, room, pool, store, sync: undefined, reorgs: 0, unfollow: () => {} };
  open.unfollow = follow(open, events);
  return open;
}

export function beginSync(parts: RoomParts, open: OpenRoom, lane: Lane<ChainMessage>): ChainSync {
  const { rules, clock, events, settings } = parts;
  const { chain, room, pool, store } = open;
  const tell: TellSync = (name, event) => events.emit(name, event);
  return new ChainSync({
    rules,
    chain,
    room,
    pool,
    store,
    clock,
    events,
    tell,
    lane,
    interval: settings.interval,
  });
}

/** What of the chain's news concerns the peers, and what follows for those who read the state. */
function follow(open: OpenRoom, events: EventBus): () => void {
  const undo = [
    events.on("block:connected", ({ id, receipts }) => {
      open.sync?.connected(id);
      open.sync?.moved();
      for (const receipt of receipts) if (receipt.kind.startsWith("token:")) events.emit("state:token", receipt);
      events.emit("state:pool", readSlot(open.chain.position.state, slots.pool));
    }),
    events.on("block:invalid", ({ id, refusal }) => open.sync?.condemned(id, refusal)),
    events.on("chain:reorg", () => {
      open.reorgs += 1;
    }),
    events.on("tx:accepted", ({ transaction }) => open.sync?.admitted(transaction)),
  ];
  return () => {
    for (const each of undo) each();
  };
}
