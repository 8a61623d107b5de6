import { encode, hash, record, u64 } from "../codec/index.ts";
import { domainHash } from "../hashing/domains.ts";
import { unitsPerCoin } from "../model/chain-parameters.ts";
import type { Account, Hash } from "../model/hex.ts";
import type { StateView } from "../model/state.ts";
import { readSlot, slots, type Token } from "./kept-values.ts";

/** The rules of profile tokens. Tokens are counted whole: they have no smaller unit. */
export const tokenRules = Object.freeze({
  mostSupply: 10_000n,
  /** The creator's own, at once. */
  creatorSeed: 100n,
  initialUnlockPercent: 40n,
  /** How many more may be minted for each whole coin that the owner gave to the reward pool. */
  unlockedPerCoin: 10n,
  ticker: /^[A-Z]{3,5}$/,
});

const tokenNameForm = record({ owner: hash, nonce: u64 });

/** Of the account and the nonce of its deployment: nobody chooses it, and nobody can take it first. */
export function tokenIdOf(owner: Account, nonce: bigint): Hash {
  return domainHash("swarm/tok/1", encode(tokenNameForm, { owner, nonce }));
}

/** How many of it may exist now: 40 % at first, and more as its owner gives to the reward pool. */
export function unlockedSupply(view: StateView, token: Token): bigint {
  const coins = readSlot(view, slots.contribution(token.owner)).total / unitsPerCoin;
  const unlocked = (token.maxSupply * tokenRules.initialUnlockPercent) / 100n + coins * tokenRules.unlockedPerCoin;
  const least = unlocked > tokenRules.creatorSeed ? unlocked : tokenRules.creatorSeed;
  return least < token.maxSupply ? least : token.maxSupply;
}

/** The token of this id; undefined where none was deployed. */
export function readToken(view: StateView, id: Hash): Token | undefined {
  const token = readSlot(view, slots.token(id));
  return token.maxSupply === 0n ? undefined : token;
}
