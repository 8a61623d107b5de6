/** Namespaces of the kernel's store, so that a person finds the chain in IndexedDB by its names. */
export const namespaces = Object.freeze({
  /** Schema, genesis and tip. */
  chain: "chain",
  /** By height and id. */
  headers: "headers",
  /** Bodies by id. */
  blocks: "blocks",
  /** What undoes a block, by id. */
  undo: "undo",
  /** The id of the active block, by height. */
  activeChain: "activeChain",
  accounts: "accounts",
  rewardPool: "rewardPool",
  profileTokens: "profileTokens",
  /** What else the state holds. */
  chainState: "chainState",
  transactionPool: "transactionPool",
  /** Descriptions of tokens, by token. */
  tokenMeta: "tokenMeta",
  /** When the ban of a peer ends, by peer. */
  bans: "chainBans",
});

const homes: Readonly<Record<string, string>> = Object.freeze({
  acct: namespaces.accounts,
  pool: namespaces.rewardPool,
  poolc: namespaces.rewardPool,
  tok: namespaces.profileTokens,
  tick: namespaces.profileTokens,
  own: namespaces.profileTokens,
  hold: namespaces.profileTokens,
});

export const stateNamespaces: readonly string[] = Object.freeze([
  namespaces.accounts,
  namespaces.rewardPool,
  namespaces.profileTokens,
  namespaces.chainState,
]);

/** Where an entry of the state lies: its key's first part says it. */
export function stateNamespaceOf(key: string): string {
  const [space = ""] = key.split("/", 1);
  return Object.hasOwn(homes, space) ? (homes[space] ?? namespaces.chainState) : namespaces.chainState;
}

/** Ten digits: heights sort as texts. */
export function heightKey(height: number): string {
  return String(height).padStart(10, "0");
}
