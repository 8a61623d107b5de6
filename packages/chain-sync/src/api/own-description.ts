import type { Clock, Self } from "@swarm-space/core";
import { descriptionIdOf, nameDescription } from "../hashing/description-id.ts";
import { bytesOf, signingDomains } from "../hashing/domains.ts";
import { readSlot, slots } from "../ledger/kept-values.ts";
import type { Account, Hash } from "../model/hex.ts";
import type { NamedDescription } from "../model/token-description.ts";
import type { DescribedToken } from "./blockchain-sync.ts";
import { findToken } from "./chain-reader.ts";
import type { OpenRoom } from "./open-room.ts";

/**
 * The next description of this account's token. Its number is above the last one's, and no less than the time in ms: so it also counts
 * where the last one was forgotten here.
 * @throws SwarmError `CHAIN_VALUE_INVALID` over 32 KiB
 */
export async function writeDescription(
  { chain, descriptions }: OpenRoom,
  o: { readonly self: Self; readonly clock: Clock; readonly account: Account; readonly chainId: Hash },
  bytes: Uint8Array,
): Promise<NamedDescription> {
  const { token } = readSlot(chain.position.state, slots.ownToken(o.account));
  const last = (await descriptions.get(token))?.seq ?? 0n;
  const wall = BigInt(Math.floor(o.clock.wall()));
  const seq = last + 1n > wall ? last + 1n : wall;
  const unsigned = { chainId: o.chainId, token, seq, bytes: bytes.slice() };
  const signature = await o.self.sign(signingDomains.description, bytesOf(descriptionIdOf(unsigned)));
  return nameDescription({ ...unsigned, signature });
}

export async function readDescription(
  { chain, descriptions }: OpenRoom,
  idOrTicker: string,
): Promise<DescribedToken | undefined> {
  const entry = findToken(chain.position.state, idOrTicker);
  const named = entry === undefined ? undefined : await descriptions.get(entry.id);
  if (entry === undefined || named === undefined) return undefined;
  const { token, seq, contentHash, description } = named;
  return { token, bytes: description.bytes, seq, contentHash, isNamed: contentHash === entry.metaHash };
}
