import type { StateTree } from "../hashing/state-tree.ts";
import { readSlot, slots, type Token } from "../ledger/kept-values.ts";
import { readToken } from "../ledger/token-rules.ts";
import type { Hash } from "../model/hex.ts";
import type { TokenEntry } from "./blockchain-sync.ts";

const tokenPrefix = "tok/";

/** Every profile token of a state, by id. */
export function tokensOf(state: StateTree): readonly TokenEntry[] {
  const tokens: TokenEntry[] = [];
  for (const [key] of state.entries()) {
    if (!key.startsWith(tokenPrefix)) continue;
    const token = findToken(state, key.slice(tokenPrefix.length));
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

/** By id or ticker. */
export function findToken(state: StateTree, idOrTicker: string): TokenEntry | undefined {
  const id: Hash = /^[A-Z]{3,5}$/.test(idOrTicker) ? readSlot(state, slots.ticker(idOrTicker)).token : idOrTicker;
  const token: Token | undefined = /^[0-9a-f]{64}$/.test(id) ? readToken(state, id) : undefined;
  return token === undefined ? undefined : { id, ...token };
}
