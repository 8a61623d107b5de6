import { base32nopad } from "@scure/base";
import { quote, SwarmError } from "../errors/index.ts";
import type { PeerId } from "../ports/identity.ts";
import { isBytes } from "./bytes.ts";

/** 256 bits are 51 letters and one bit: the last letter is `a` (0) or `q` (1), else the form is not canonical. */
const shape = /^[a-z2-7]{51}[aq]$/;

/**
 * True for the one accepted form of a peer's name: 52 letters of base32 (RFC 4648), lower case, no padding,
 * unused bits zero. Says nothing of the key itself: `verifySignature` refuses weak keys.
 */
export function isPeerId(value: unknown): value is PeerId {
  return typeof value === "string" && value.length === 52 && shape.test(value);
}

/**
 * The name of an Ed25519 public key (32 bytes).
 * @throws SwarmError `PEER_ID_INVALID` when the key is not 32 bytes
 */
export function peerIdOf(publicKey: Uint8Array): PeerId {
  if (!isBytes(publicKey, 32)) throw new SwarmError("PEER_ID_INVALID", "An Ed25519 public key has 32 bytes.");
  return base32nopad.encode(publicKey).toLowerCase();
}

/**
 * The Ed25519 public key (32 bytes) that a name stands for.
 * @throws SwarmError `PEER_ID_INVALID`
 */
export function publicKeyOf(id: unknown): Uint8Array {
  if (!isPeerId(id)) throw new SwarmError("PEER_ID_INVALID", `Not a peer id: ${quote(id)}.`);
  return base32nopad.decode(id.toUpperCase());
}
