import { type Address, isPeerId, type PeerId, type Sighting, type TransportId } from "@swarm-space/core";

/** Why a sighting was dropped. */
export type DropReason =
  /** No sighting at all, or a peer id that is none. */
  | "malformed"
  /** It is this node. */
  | "self"
  /** It names nobody and no address that could be one. */
  | "no address"
  /** It names nobody, and no transport of this node reads its addresses. */
  | "no transport"
  /** Its source has told of too many. */
  | "source full"
  /** The kernel's book found nothing to note in it. */
  | "unusable";

export interface SiftRules {
  /** Written on the sighting, whatever it says itself. */
  readonly source: string;
  readonly self: PeerId;
  readonly transports: readonly TransportId[];
}

const maxAddresses = 16;
/** Looked through for good ones; a list may be endless. */
const maxLooked = 64;
const maxValueLength = 1_024;
const maxTransportLength = 64;
const maxCardBytes = 512;

/** A sighting as it may be used, or why it may not. Total: `value` may be anything, also what throws when it is touched. */
export function sift(value: unknown, rules: SiftRules): Sighting | DropReason {
  try {
    return read(value, rules);
  } catch {
    return "malformed";
  }
}

function read(value: unknown, { source, self, transports }: SiftRules): Sighting | DropReason {
  if (typeof value !== "object" || value === null) return "malformed";
  const { peer, addresses, card }: Partial<Record<"peer" | "addresses" | "card", unknown>> = value;
  if (peer !== undefined && !isPeerId(peer)) return "malformed";
  if (peer === self) return "self";
  if (!Array.isArray(addresses)) return "malformed";
  const good = addresses.slice(0, maxLooked).flatMap(readAddress).slice(0, maxAddresses);
  const known = good.filter(({ transport }) => transports.includes(transport));
  // A peer may be reached by its id alone; who is not named must be at an address.
  if (peer === undefined && known.length === 0) return good.length === 0 ? "no address" : "no transport";
  const isCard = card instanceof Uint8Array && card.length > 0 && card.length <= maxCardBytes;
  return {
    ...(peer === undefined ? {} : { peer }),
    addresses: known,
    source,
    ...(isCard ? { card } : {}),
  };
}

function readAddress(value: unknown): Address[] {
  if (typeof value !== "object" || value === null) return [];
  const address: Partial<Record<"transport" | "value" | "rendezvous", unknown>> = value;
  const { transport, rendezvous } = address;
  if (!isText(transport, maxTransportLength) || !isText(address.value, maxValueLength)) return [];
  if (rendezvous === undefined) return [{ transport, value: address.value }];
  return isText(rendezvous, maxValueLength) ? [{ transport, value: address.value, rendezvous }] : [];
}

function isText(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= most;
}
