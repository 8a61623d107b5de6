import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { SwarmError } from "../errors/index.ts";
import type { Identity, Instance, PeerId } from "../ports/identity.ts";
import type { TransportId } from "../ports/transport.ts";
import { equalBytes, isBytes } from "./bytes.ts";
import type { StrictVerifier } from "./ed25519-strict.ts";
import { verifySignature } from "./identity.ts";
import { peerIdOf, publicKeyOf } from "./peer-id.ts";
import { decodeList, encodeList, isCount } from "./strict-cbor.ts";

/** Version of the secure link; part of prologue, hello and proof. */
export const linkVersion = 1;

const magic = "swarm-space";
const proofDomain = "swarm-space/link/1";
const maxHelloBytes = 1_024;
/** The first Noise message: an ephemeral key, and the hello unsealed. */
export const maxLinkHelloBytes = 32 + maxHelloBytes;
const maxProofBytes = 16_384;
const maxBindingBytes = 1_024;
/** Bytes of `extra` that a proof may carry. */
export const maxProofExtraBytes = 8_192;

/** What both sides must agree on before a word is said: network, version, transport. */
export function linkPrologue(network: string, transport: TransportId): Uint8Array {
  return encodeList([magic, linkVersion, network, transport]);
}

/**
 * Payload of the first Noise message, which is not sealed: enough to name a mismatch in words, and no more.
 * The network stands in it as eight bytes of a hash, so a relay reads no name.
 */
export function encodeLinkHello(network: string): Uint8Array {
  return encodeList([magic, linkVersion, networkTag(network)]);
}

/** @throws SwarmError `LEGACY_PEER`, `VERSION_UNSUPPORTED`, `NETWORK_MISMATCH` */
export function checkLinkHello(payload: Uint8Array, network: string): void {
  const list = decodeList(payload, maxHelloBytes);
  if (list === undefined || list[0] !== magic) {
    throw new SwarmError("LEGACY_PEER", "The first message is none of this protocol.");
  }
  const [, version, tag] = list;
  if (version !== linkVersion) {
    const theirs = isCount(version) ? `version ${version}` : "no known version";
    throw new SwarmError("VERSION_UNSUPPORTED", `The peer speaks ${theirs}; this node speaks ${linkVersion}.`);
  }
  if (!isBytes(tag, 8) || !equalBytes(tag, networkTag(network))) {
    throw new SwarmError("NETWORK_MISMATCH", `The peer is not of the network "${network}".`);
  }
}

function networkTag(network: string): Uint8Array {
  return sha256(encodeList(["swarm-space/network-tag/1", network])).subarray(0, 8);
}

/** What a proof is about. Both sides know all of it from their own view of the handshake. */
export interface ProofContext {
  readonly network: string;
  readonly transport: TransportId;
  /** True where the prover dialled: so a proof cannot be turned round. */
  readonly initiator: boolean;
  /** The prover's Noise static key, 32 bytes. */
  readonly staticKey: Uint8Array;
  /** `transcript()` just before the message that carries the proof, on either side: so it is good for this run alone. */
  readonly transcript: Uint8Array;
}

/** Who proves. */
export interface Prover extends ProofContext {
  readonly identity: Identity;
  readonly instance: Instance;
  /** The connection's binding to its signalling, where it has one. */
  readonly binding?: Uint8Array;
  /** Whatever else the kernel says to a proven peer, at most `maxProofExtraBytes`. Signed too. */
  readonly extra?: Uint8Array;
}

/** Who checks. */
export interface ProofReader extends ProofContext {
  /** Our view of the binding; compared where both sides have one. */
  readonly binding?: Uint8Array;
  readonly verifier?: StrictVerifier;
}

/** What a proof proves. */
export interface ProvenPeer {
  readonly peer: PeerId;
  readonly instance: Instance;
  readonly extra: Uint8Array;
}

/** Payload of the second and third Noise message: the identity signs its Noise static and all it stands in. */
export async function encodeLinkProof(o: Prover): Promise<Uint8Array> {
  const extra = o.extra ?? new Uint8Array();
  const nonce = /^[0-9a-f]{16}$/.test(o.instance.nonce) ? hexToBytes(o.instance.nonce) : undefined;
  if (nonce === undefined || !isCount(o.instance.epoch)) throw new SwarmError("OPTION_INVALID", "Not an instance.");
  if (extra.length > maxProofExtraBytes) throw new SwarmError("OPTION_INVALID", "A proof carries at most 8 KiB more.");
  const binding = o.binding ?? null;
  if (binding !== null && binding.length > maxBindingBytes) {
    throw new SwarmError("OPTION_INVALID", "A binding has at most 1,024 bytes.");
  }
  const signed = signedBytes(o, o.instance.epoch, nonce, binding, extra);
  const signature = await o.identity.sign(proofDomain, signed);
  return encodeList([linkVersion, publicKeyOf(o.identity.id), o.instance.epoch, nonce, binding, extra, signature]);
}

/**
 * Total: any bytes give a proven peer or a typed refusal.
 * @throws SwarmError `HANDSHAKE_FAILED`
 */
export function openLinkProof(payload: Uint8Array, o: ProofReader): ProvenPeer {
  const list = decodeList(payload, maxProofBytes);
  if (list === undefined || list.length !== 7 || list[0] !== linkVersion) throw refused("is malformed");
  const [, publicKey, epoch, nonce, binding, extra, signature] = list;
  if (!isBytes(publicKey, 32) || !isCount(epoch) || !isBytes(nonce, 8) || !isBytes(signature, 64)) {
    throw refused("is malformed");
  }
  if (!(extra instanceof Uint8Array) || extra.length > maxProofExtraBytes) throw refused("is malformed");
  if (binding !== null && !(binding instanceof Uint8Array && binding.length <= maxBindingBytes)) {
    throw refused("is malformed");
  }
  const peer = peerIdOf(publicKey);
  const signed = signedBytes(o, epoch, nonce, binding, extra);
  if (!verifySignature(peer, proofDomain, signed, signature, o.verifier)) throw refused("is not signed by its peer");
  if (binding !== null && o.binding !== undefined && !equalBytes(binding, o.binding)) {
    throw refused("is for a connection with another binding: its signalling was altered on the way");
  }
  return { peer, instance: { epoch, nonce: bytesToHex(nonce) }, extra };
}

function signedBytes(
  context: ProofContext,
  epoch: number,
  nonce: Uint8Array,
  binding: Uint8Array | null,
  extra: Uint8Array,
): Uint8Array {
  const { network, transport, initiator, staticKey, transcript } = context;
  const role = initiator ? "initiator" : "responder";
  return encodeList([linkVersion, network, transport, role, staticKey, transcript, epoch, nonce, binding, extra]);
}

function refused(why: string): SwarmError {
  return new SwarmError("HANDSHAKE_FAILED", `The peer's proof ${why}.`);
}
