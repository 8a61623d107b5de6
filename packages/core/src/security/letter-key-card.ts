import { sha256 } from "@noble/hashes/sha2.js";
import { SwarmError } from "../errors/index.ts";
import type { Identity, PeerId } from "../ports/identity.ts";
import { isBytes, joinBytes, textBytes } from "./bytes.ts";
import type { StrictVerifier } from "./ed25519-strict.ts";
import { verifySignature } from "./identity.ts";
import { peerIdOf, publicKeyOf } from "./peer-id.ts";
import { decodeList, encodeList, isCount } from "./strict-cbor.ts";

const cardVersion = 1;
const cardDomain = "swarm-space/letter-key/1";
const maxCardBytes = 512;
/** How far ahead another's wall clock may be. */
const maxSkewMs = 3_600_000;
/** The longest time a card may be good for. */
const maxCardMs = 31 * 86_400_000;

/** A published letter key: what others seal letters to. */
export interface LetterKeyCard {
  readonly peer: PeerId;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Wall milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Eight bytes that name a letter key in a sealed letter. */
export function letterKeyId(publicKey: Uint8Array): Uint8Array {
  return sha256(joinBytes(textBytes("swarm-space/letter-key-id/1\0"), publicKey)).subarray(0, 8);
}

/** The card's published bytes, signed by its peer. */
export async function encodeLetterKeyCard(
  identity: Identity,
  network: string,
  card: Omit<LetterKeyCard, "peer">,
): Promise<Uint8Array> {
  const signature = await identity.sign(cardDomain, signedBytes(network, card));
  const { publicKey, notBefore, notAfter } = card;
  return encodeList([cardVersion, publicKeyOf(identity.id), publicKey, notBefore, notAfter, signature]);
}

/**
 * Total: any bytes give a card that is good now, or a typed refusal.
 * @param o.wallMs the kernel's wall clock
 * @throws SwarmError `LETTER_KEY_INVALID`
 */
export function openLetterKeyCard(
  bytes: Uint8Array,
  o: { readonly network: string; readonly wallMs: number; readonly verifier?: StrictVerifier },
): LetterKeyCard {
  const list = decodeList(bytes, maxCardBytes);
  if (list === undefined || list.length !== 6 || list[0] !== cardVersion) throw refused("is malformed");
  const [, owner, publicKey, notBefore, notAfter, signature] = list;
  if (!isBytes(owner, 32) || !isBytes(publicKey, 32) || !isBytes(signature, 64)) throw refused("is malformed");
  if (!isCount(notBefore) || !isCount(notAfter) || notAfter <= notBefore || notAfter - notBefore > maxCardMs) {
    throw refused("is good for no time, or for too long");
  }
  if (o.wallMs >= notAfter) throw refused("has expired");
  if (notBefore > o.wallMs + maxSkewMs) throw refused("is from the future: one of the clocks is wrong");
  const card = { peer: peerIdOf(owner), publicKey, notBefore, notAfter };
  if (!verifySignature(card.peer, cardDomain, signedBytes(o.network, card), signature, o.verifier)) {
    throw refused("is not signed by its peer for this network");
  }
  return card;
}

/** Whose a card says to be, and since when, unchecked: enough to see which of two signed ones is older. Total. */
export function glanceAtCard(bytes: Uint8Array): { readonly peer: PeerId; readonly notBefore: number } | undefined {
  const [version, owner, , notBefore] = decodeList(bytes, maxCardBytes) ?? [];
  if (version !== cardVersion || !isBytes(owner, 32) || !isCount(notBefore)) return undefined;
  return { peer: peerIdOf(owner), notBefore };
}

function signedBytes(network: string, card: Omit<LetterKeyCard, "peer">): Uint8Array {
  return encodeList([cardVersion, network, card.publicKey, card.notBefore, card.notAfter]);
}

function refused(why: string): SwarmError {
  return new SwarmError("LETTER_KEY_INVALID", `The letter key ${why}.`);
}
