import type { Clock, EventBus, Lane, Self, Store, StrictVerifier } from "@swarm-space/core";
import type { ChainRules } from "../chain/rules.ts";
import { readSlot, slots } from "../ledger/kept-values.ts";
import type { TellChain } from "../live/chain-events.ts";
import { DescriptionRoom } from "../live/description-room.ts";
import type { NodeChain } from "../live/node-chain.ts";
import { openChain } from "../live/open-chain.ts";
import { PoolRoom } from "../live/pool-room.ts";
import { rememberedSignatures } from "../live/remembered-signatures.ts";
import { strictSignatures } from "../live/strict-signatures.ts";
import type { ChainStore } from "../model/chain-store.ts";
import { defaultPoolLimits } from "../pool/pool-limits.ts";
import { TransactionPool } from "../pool/transaction-pool.ts";
import { kernelDescriptionStore } from "../store/description-store.ts";
import { kernelChainStore } from "../store/kernel-chain-store.ts";
import { ChainSync } from "../sync/chain-sync.ts";
import { DescriptionSync } from "../sync/description-sync.ts";
import type { DescriptionMessage } from "../sync/description-wire.ts";
import { type BanKeeper, banKeeper } from "../sync/kept-bans.ts";
import { PeerScores } from "../sync/peer-scores.ts";
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

/** Signatures that are not checked twice: of all that may wait, and of some blocks. */
const mostRemembered = 8_192;

/** A chain that is open, and whether it is kept in step. */
export interface OpenRoom {
  readonly chain: NodeChain;
  readonly room: PoolRoom;
  readonly pool: TransactionPool;
  readonly store: ChainStore;
  readonly descriptions: DescriptionRoom;
  /** Of peers, for as long as the chain is open; who is banned stays so while nothing is kept in step. */
  readonly scores: PeerScores;
  /** Runs while the chain is open. */
  readonly bans: BanKeeper;
  sync: ChainSync | undefined;
  descriptionSync: DescriptionSync | undefined;
  reorgs: number;
  /** Undoes the listening of `openRoom`. */
  unfollow(): void;
}

/** Opens the chain of a node. @throws SwarmError as `openChain` */
export async function openRoom(parts: RoomParts): Promise<OpenRoom> {
  const { rules, settings, clock, events } = parts;
  const { id } = rules.genesis.block;
  const store = kernelChainStore(parts.store, id);
  const verifier = rememberedSignatures(strictSignatures(parts.verifier), mostRemembered);
  const limits = { bytes: settings.poolBytes, leastFeeRate: BigInt(settings.leastFeeRate) };
  const pool = new TransactionPool(id, { ...defaultPoolLimits, ...limits });
  const tell: TellChain = (name, event) => events.emit(name, event);
  const room = new PoolRoom({ rules, store, verifier, pool, now: () => clock.now(), tell });
  const { maxReorgDepth } = settings;
  const chain = await openChain({ rules, store, verifier, pool: room, wall: () => clock.wall(), tell, maxReorgDepth });
  const descriptions = new DescriptionRoom({
    chainId: id,
    store: kernelDescriptionStore(parts.store),
    verifier,
    state: () => chain.position.state,
    now: () => clock.now(),
    tell,
  });
  await descriptions.open();
  const scores = new PeerScores();
  const bans = banKeeper(scores, parts);
  await bans.start();
  const rooms = { chain, room, pool, store, descriptions, scores, bans };
  const open: OpenRoom = { ...rooms, sync: undefined, descriptionSync: undefined, reorgs: 0, unfollow: () => {} };
  open.unfollow = follow(open, events);
  return open;
}

/** Where what is told and asked goes; each is there when the kernel has given it. */
export interface Lanes {
  readonly chain?: Lane<ChainMessage>;
  readonly descriptions?: Lane<DescriptionMessage>;
}

/** Keeps in step what there is a lane for, and is not kept in step already. */
export function beginSync(parts: RoomParts, open: OpenRoom, { chain: lane, descriptions }: Lanes): void {
  const { rules, clock, events, settings } = parts;
  const { interval } = settings;
  const { chain, room, pool, store, scores } = open;
  const tell: TellSync = (name, event) => events.emit(name, event);
  if (lane !== undefined) {
    const verifier = strictSignatures(parts.verifier);
    open.sync ??= new ChainSync({
      rules,
      chain,
      room,
      pool,
      store,
      scores,
      verifier,
      clock,
      events,
      tell,
      lane,
      interval,
    });
  }
  if (open.sync === undefined || descriptions === undefined) return;
  // Peers and scores are the chain's.
  const { peers, court } = open.sync;
  const o = { room: open.descriptions, court, peers, lane: descriptions, clock, events, interval };
  open.descriptionSync ??= new DescriptionSync(o);
}

export function endSync(open: OpenRoom): void {
  open.descriptionSync?.close();
  open.sync?.close();
  open.descriptionSync = undefined;
  open.sync = undefined;
}

/** What of the chain's news concerns the peers, and what follows for those who read the state. */
function follow(open: OpenRoom, events: EventBus): () => void {
  const undo = [
    events.on("block:connected", ({ id, receipts }) => {
      open.sync?.bodies.giverOf(id);
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
