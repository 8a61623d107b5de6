import { oneAtATime, type PeerId, type SwarmError } from "@swarm-space/core";
import { draftBlock, sealDraft } from "../chain/build-block.ts";
import { chainError } from "../chain-error.ts";
import { nameTransaction } from "../hashing/ids.ts";
import { poolDonate, transfer } from "../ledger/coin-types.ts";
import { readSlot, slots } from "../ledger/kept-values.ts";
import { tokenRules } from "../ledger/token-rules.ts";
import { tokenDeploy, tokenTransfer } from "../ledger/token-types.ts";
import type { TransactionType } from "../ledger/transaction-type.ts";
import { encodePayload } from "../ledger/type-registry.ts";
import type { Block } from "../model/block.ts";
import type { Account, BlockId, Hash, TransactionId } from "../model/hex.ts";
import { zeroHash } from "../model/hex.ts";
import type { NamedTransaction, Transaction } from "../model/transaction.ts";
import type { DescriptionMessage, DescriptionsAnswer } from "../sync/description-wire.ts";
import type { ChainAnswer, ChainMessage } from "../sync/wire.ts";
import type {
  BlockchainSync,
  ChainStats,
  DescribedToken,
  SyncResult,
  TokenPlan,
  TransactionTerms,
} from "./blockchain-sync.ts";
import { findToken, tokensOf } from "./chain-reader.ts";
import { statsOf } from "./chain-stats.ts";
import { beginSync, endSync, type Lanes, type OpenRoom, openRoom, type RoomParts } from "./open-room.ts";
import { accountOf, signTransaction } from "./own-account.ts";
import { readDescription, writeDescription } from "./own-description.ts";
import { OwnTurns } from "./own-turns.ts";

const defaultLifeBlocks = 10_000;
const mostBlocks = 1_000;

/** The plugin's one object in a node. */
export class LiveBlockchain implements BlockchainSync {
  readonly account: Account;
  readonly #parts: RoomParts;
  readonly #writing = oneAtATime();
  readonly #turns = new OwnTurns();
  #open: OpenRoom | undefined;
  #opening: Promise<OpenRoom> | undefined;
  #lastSyncAt: number | undefined;
  #lanes: Lanes = {};
  #isRunning = false;

  constructor(parts: RoomParts) {
    this.#parts = parts;
    this.account = accountOf(parts.self.id);
  }

  /** Undefined while nothing is kept in step. */
  get sync() {
    return this.#open?.sync;
  }

  /** Undefined while nothing is kept in step. */
  get descriptionSync() {
    return this.#open?.descriptionSync;
  }

  /** @throws SwarmError `CHAIN_PEER_BUSY` */
  respond(question: ChainMessage, from: PeerId): Promise<ChainAnswer> {
    const sync = this.#open?.sync;
    if (sync === undefined) throw notInStep();
    return sync.respond(question, from);
  }

  /** @throws SwarmError `CHAIN_PEER_BUSY` */
  describe(question: DescriptionMessage, from: PeerId): Promise<DescriptionsAnswer> {
    const sync = this.#open?.descriptionSync;
    if (sync === undefined) throw notInStep();
    return sync.respond(question, from);
  }

  /** Opens the chain and takes part. */
  async open(): Promise<void> {
    this.#opening ??= openRoom(this.#parts);
    try {
      this.#open = await this.#opening;
    } finally {
      this.#opening = undefined;
    }
    await this.start();
  }

  async close(): Promise<void> {
    await this.stop();
    this.#open?.unfollow();
    await this.#open?.bans.stop();
    this.#lanes = {};
    this.#open = undefined;
  }

  async start(): Promise<void> {
    this.#opened();
    this.#isRunning = true;
    this.#begin();
  }

  /** The kernel gives the lanes when all plugins have started. */
  attach(lanes: Lanes): void {
    this.#lanes = { ...this.#lanes, ...lanes };
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    if (this.#open !== undefined) endSync(this.#open);
  }

  async triggerSync({ signal = new AbortController().signal } = {}): Promise<SyncResult> {
    const { chain, sync } = this.#opened();
    if (sync === undefined) throw notOpen();
    const { clock } = this.#parts;
    const [since, before] = [clock.now(), sync.bodies.received];
    await sync.syncNow(signal);
    this.#lastSyncAt = clock.wall();
    return {
      tip: chain.tip.id,
      height: chain.tip.height,
      headerHeight: chain.tree.best.height,
      peers: sync.peers.all.filter(({ speaks }) => speaks).length,
      blocksReceived: sync.bodies.received - before,
      elapsedMs: clock.now() - since,
    };
  }

  getStats(): ChainStats {
    return statsOf(this.#parts, this.#open, { isRunning: this.#isRunning, lastSyncAt: this.#lastSyncAt });
  }

  getBalance(account: Account | PeerId = this.account) {
    return readSlot(this.#state, slots.account(accountOf(account)));
  }

  getRewardPool() {
    return readSlot(this.#state, slots.pool);
  }

  getToken(idOrTicker: string) {
    return findToken(this.#state, idOrTicker);
  }

  getTokens() {
    return tokensOf(this.#state);
  }

  getHolding(token: Hash, account: Account | PeerId = this.account): bigint {
    return readSlot(this.#state, slots.holding(token, accountOf(account))).amount;
  }

  async getBlock(idOrHeight: BlockId | number): Promise<Block | undefined> {
    const { chain, store } = this.#opened();
    const id = typeof idOrHeight === "string" ? idOrHeight : await store.activeAt(idOrHeight);
    const node = id === undefined ? undefined : chain.tree.get(id);
    const transactions = node === undefined ? undefined : await store.body(node);
    return node && transactions && { id: node.id, sealed: node.sealed, transactions };
  }

  async getBlocks(from: number, count: number): Promise<readonly Block[]> {
    const blocks: Block[] = [];
    for (let height = from; height < from + Math.min(count, mostBlocks); height += 1) {
      const block = await this.getBlock(height);
      if (block === undefined) break;
      blocks.push(block);
    }
    return blocks;
  }

  getPending(): readonly NamedTransaction[] {
    return this.#opened().pool.all();
  }

  async submitTransaction(transaction: Transaction): Promise<TransactionId> {
    return this.#submit(nameTransaction(transaction));
  }

  /** One after the other, for each takes the next nonce. */
  write<Payload>(
    type: TransactionType<Payload>,
    payload: Payload,
    terms: TransactionTerms = {},
  ): Promise<TransactionId> {
    return this.#writing(async () => {
      const { chain, pool, room } = this.#opened();
      const unsigned = {
        version: 1,
        chainId: this.#parts.rules.genesis.block.id,
        type: type.number,
        from: this.account,
        nonce: pool.nextNonce(room.base, this.account),
        fee: terms.fee ?? 0n,
        expiryHeight: chain.tip.height + (terms.expiresInBlocks ?? defaultLifeBlocks),
        payload: encodePayload(type, payload),
      };
      return this.#submit(await signTransaction(this.#parts.self, unsigned));
    });
  }

  async transfer(to: Account | PeerId, amount: bigint, terms?: TransactionTerms): Promise<TransactionId> {
    return this.write(transfer, { to: accountOf(to), amount }, terms);
  }

  donate(amount: bigint, terms?: TransactionTerms): Promise<TransactionId> {
    return this.write(poolDonate, { amount }, terms);
  }

  deployToken(plan: TokenPlan, terms?: TransactionTerms): Promise<TransactionId> {
    const { ticker, name, maxSupply = tokenRules.mostSupply, metaHash = zeroHash } = plan;
    return this.write(tokenDeploy, { ticker, name, maxSupply, metaHash }, terms);
  }

  async transferToken(
    token: Hash,
    to: Account | PeerId,
    amount: bigint,
    terms?: TransactionTerms,
  ): Promise<TransactionId> {
    return this.write(tokenTransfer, { token, to: accountOf(to), amount }, terms);
  }

  async describeToken(bytes: Uint8Array): Promise<Hash> {
    const open = this.#opened();
    const { account } = this;
    const { self, clock, rules } = this.#parts;
    const chainId = rules.genesis.block.id;
    const named = await writeDescription(open, { self, clock, account, chainId }, bytes);
    const verdict = await open.descriptions.take(named, true);
    if (!verdict.ok) throw refused("CHAIN_DESCRIPTION_REFUSED", "The description", verdict.code, verdict.reason);
    return named.contentHash;
  }

  async getTokenDescription(idOrTicker: string): Promise<DescribedToken | undefined> {
    return readDescription(this.#opened(), idOrTicker);
  }

  async mine({ signal = new AbortController().signal } = {}): Promise<Block> {
    const { chain, room } = this.#opened();
    const { rules, clock, self } = this.#parts;
    const { tip, state } = chain.position;
    // A clock may tell parts of a millisecond; a header has none.
    const o = { producer: this.account, now: Math.floor(clock.wall()) };
    const plan = draftBlock(rules, tip, state, room.candidates(), o);
    const draft = plan.ok ? this.#turns.take(rules.consensus, chain.tree, tip, plan, o.now) : plan;
    if (!draft.ok) {
      throw chainError("CHAIN_NOT_IN_TURN", "This account may not make the next block now.", {
        detail: draft.retryAt === undefined ? {} : { retryAt: draft.retryAt },
      });
    }
    const sealing = sealDraft(rules, draft, {
      signal,
      sign: (domain, bytes) => self.sign(domain, bytes),
      pause: () => new Promise((resolve) => clock.timer(0, resolve)),
    });
    const block = await this.#turns.whileSealing(rules.consensus, draft, sealing);
    const verdict = await chain.addBlock(block);
    if (!verdict.ok) throw refused("CHAIN_BLOCK_REFUSED", "The block that was made", verdict.code, verdict.reason);
    return block;
  }

  async #submit(named: NamedTransaction): Promise<TransactionId> {
    const verdict = await this.#opened().room.submit(named, true);
    if (!verdict.ok) throw refused("CHAIN_TRANSACTION_REFUSED", "The transaction", verdict.code, verdict.reason);
    return named.id;
  }

  #begin(): void {
    if (this.#open !== undefined && this.#isRunning) beginSync(this.#parts, this.#open, this.#lanes);
  }

  get #state() {
    return this.#opened().chain.position.state;
  }

  #opened(): OpenRoom {
    if (this.#open === undefined) throw notOpen();
    return this.#open;
  }
}

function notOpen(): SwarmError {
  return chainError("CHAIN_NOT_OPEN", "The chain is not open: the swarm has not started, or was stopped.");
}

function notInStep(): SwarmError {
  return chainError("CHAIN_PEER_BUSY", "This node does not take part now.");
}

function refused(
  code: "CHAIN_BLOCK_REFUSED" | "CHAIN_TRANSACTION_REFUSED" | "CHAIN_DESCRIPTION_REFUSED",
  what: string,
  verdict: string,
  reason: string,
): SwarmError {
  return chainError(code, `${what} is refused (${verdict}): ${reason}`, { detail: { verdict } });
}
