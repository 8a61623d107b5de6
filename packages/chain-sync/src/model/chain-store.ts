import type { Block } from "./block.ts";
import type { NamedHeader } from "./header.ts";
import type { BlockId } from "./hex.ts";
import type { StateDelta } from "./state.ts";
import type { NamedTransaction } from "./transaction.ts";

/**
 * What is known of a kept header. `header`: it passed its checks. `body`: and its body is here. `valid`: and the block was
 * connected once, so it holds. `invalid`: for ever, as all that stands on it.
 */
export type HeaderStatus = "header" | "body" | "valid" | "invalid";

export interface KeptHeader extends NamedHeader {
  readonly status: HeaderStatus;
}

/** One block that joins the active chain. */
export interface Connection {
  readonly block: Block;
  readonly delta: StateDelta;
  readonly undo: StateDelta;
}

/** One block that leaves it. */
export interface Disconnection {
  readonly id: BlockId;
  readonly height: number;
  readonly undo: StateDelta;
}

/** A change of the active chain: written whole or not at all. */
export interface ChainMove {
  /** From the old tip downwards. */
  readonly disconnected: readonly Disconnection[];
  /** From the fork upwards. */
  readonly connected: readonly Connection[];
  readonly tip: BlockId;
  /** Transactions that lose their block: they wait again from the same moment on, so that a death in between loses none. */
  readonly returned: readonly NamedTransaction[];
}

/** A transaction that waited when the node ended. */
export interface KeptTransaction extends NamedTransaction {
  readonly isLocal: boolean;
}

/** What a store holds when it is opened. */
export interface KeptChain {
  readonly tip: BlockId;
  /** By height, parents before children. */
  readonly headers: readonly KeptHeader[];
  readonly state: StateDelta;
}

/**
 * The chain on a medium, in namespaces of the kernel's store: `headers`, `blocks`, `undo`, `activeChain`, `accounts`, `rewardPool`,
 * `profileTokens`, `chainState`, `transactionPool`, `chain`.
 * @throws SwarmError `CHAIN_STORE_NEWER`, `CHAIN_STORE_FOREIGN` (another genesis), `CHAIN_STORE_CORRUPT`, and those of `Store`
 */
export interface ChainStore {
  /** Undefined where nothing was kept yet. */
  load(): Promise<KeptChain | undefined>;
  /** Headers that were checked and have no body yet, or changed their status. */
  putHeaders(headers: readonly KeptHeader[]): Promise<void>;
  /** A body whose block is not active; its header becomes `body`. */
  putBody(block: Block): Promise<void>;
  /** The body that this header names: never another. Undefined: it is not here. */
  body(header: NamedHeader): Promise<readonly NamedTransaction[] | undefined>;
  /** The active block of this height. */
  activeAt(height: number): Promise<BlockId | undefined>;
  undo(id: BlockId): Promise<StateDelta | undefined>;
  /** One atomic batch: state, undo records, bodies, index by height and tip. */
  move(move: ChainMove, o: { readonly durable: boolean }): Promise<void>;
  pooled(): Promise<readonly KeptTransaction[]>;
  /** Replaces single entries of the kept pool. */
  putPooled(added: readonly KeptTransaction[], removed: readonly string[]): Promise<void>;
}
