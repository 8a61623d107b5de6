import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { SwarmError } from "../errors/index.ts";
import type { Identity, Instance, PeerId } from "../ports/identity.ts";
import { isBytes, joinBytes } from "./bytes.ts";
import type { StrictVerifier } from "./ed25519-strict.ts";
import { verifySignature } from "./identity.ts";
import { hpkeOverheadBytes, type LetterHpke } from "./letter-hpke.ts";
import { type LetterKeyCard, letterKeyId } from "./letter-key-card.ts";
import type { LetterKeys } from "./letter-keys.ts";
import { letterSizeFor, letterSizes, padTo, unpad } from "./letter-sizes.ts";
import { peerIdOf, publicKeyOf } from "./peer-id.ts";
import { decodeList, encodeList, isCount } from "./strict-cbor.ts";

const letterVersion = 1;
const letterDomain = "swarm-space/letter/1";
/** Version and key id, readable to all; the encapsulated key and what is sealed follow. */
const headerBytes = 1 + 8;
const sealOverheadBytes = headerBytes + hpkeOverheadBytes + 4;
const maxSizeBytes = letterSizes.at(-1) ?? 0;
/** What clocks of two peers may differ by, for the expiry. */
const maxSkewMs = 600_000;
/** No letter lives longer than seven days. */
const maxTtlMs = 7 * 86_400_000;

/** What is sealed. `(sender, instance, seq)` names it for ever: keepers of "seen" look there. */
export interface LetterContent {
  readonly instance: Instance;
  readonly seq: number;
  /** Wall milliseconds of the sender. A hint: the receiver allows ten minutes of difference. */
  readonly expiresAt: number;
  readonly body: Uint8Array;
}

/** A letter, opened and proven. */
export interface OpenedLetter extends LetterContent {
  readonly from: PeerId;
}

/** Bytes of a body that surely fit: the rest is names, signature and lengths. */
export const maxLetterBodyBytes = maxSizeBytes - sealOverheadBytes - 160;

export interface SealLetterOptions {
  readonly hpke: LetterHpke;
  readonly identity: Identity;
  readonly network: string;
  /** The receiver's letter key, as `openLetterKeyCard` gave it. */
  readonly to: LetterKeyCard;
  readonly wallMs: number;
}

/**
 * Seals a letter for a peer that may be away (HPKE, RFC 9180). The receiver's identity cannot be a party to HPKE's
 * authenticated mode, for it only signs; so the sender signs inside the seal, and nobody outside learns who wrote.
 * @returns bytes of one of `letterSizes`
 * @throws SwarmError `LETTER_TOO_LARGE`, `LETTER_KEY_INVALID` (the key has expired: wait for a newer one), `LETTER_EXPIRED`, `OPTION_INVALID`
 */
export async function sealLetter(content: LetterContent, o: SealLetterOptions): Promise<Uint8Array> {
  const { instance, seq, expiresAt, body } = content;
  if (o.wallMs >= o.to.notAfter) throw new SwarmError("LETTER_KEY_INVALID", "The receiver's letter key has expired.");
  if (o.wallMs >= expiresAt) throw new SwarmError("LETTER_EXPIRED", "The letter had expired before it was sealed.");
  const named = isCount(instance.epoch) && isCount(seq) && isCount(expiresAt) && /^[0-9a-f]{16}$/.test(instance.nonce);
  if (!named || expiresAt > o.wallMs + maxTtlMs) {
    throw new SwarmError("OPTION_INVALID", "A letter has an instance, a sequence, and at most seven days to live.");
  }
  const nonce = hexToBytes(instance.nonce);
  const signed = signedBytes(o.network, o.to.peer, o.to.publicKey, [instance.epoch, nonce, seq, expiresAt, body]);
  const signature = await o.identity.sign(letterDomain, signed);
  const inner = encodeList([publicKeyOf(o.identity.id), instance.epoch, nonce, seq, expiresAt, body, signature]);
  const size = letterSizeFor(inner.length + sealOverheadBytes);
  if (size === undefined) {
    throw new SwarmError("LETTER_TOO_LARGE", `A sealed letter's body has at most ${maxLetterBodyBytes} bytes.`);
  }
  const header = joinBytes(Uint8Array.of(letterVersion), letterKeyId(o.to.publicKey));
  const sealed = await o.hpke.seal({
    publicKey: o.to.publicKey,
    plain: padTo(inner, size - headerBytes - hpkeOverheadBytes),
    info: letterInfo(o.network, o.to.peer),
    additional: header,
  });
  return joinBytes(header, sealed);
}

export interface OpenLetterOptions {
  readonly hpke: LetterHpke;
  /** Us. */
  readonly self: PeerId;
  readonly network: string;
  readonly keys: Pick<LetterKeys, "find">;
  readonly wallMs: number;
  readonly verifier?: StrictVerifier;
}

/**
 * Total: any bytes give a letter whose sender is proven, or a typed refusal. Whether it was seen before is not asked here.
 * @throws SwarmError `LETTER_INVALID`, `LETTER_KEY_UNKNOWN`, `LETTER_EXPIRED`
 */
export async function openLetter(letter: Uint8Array, o: OpenLetterOptions): Promise<OpenedLetter> {
  if (!(letter instanceof Uint8Array) || !letterSizes.includes(letter.length) || letter[0] !== letterVersion) {
    throw invalid("is none of this version");
  }
  const header = letter.slice(0, headerBytes);
  const pair = o.keys.find(header.subarray(1));
  if (pair === undefined) throw new SwarmError("LETTER_KEY_UNKNOWN", "The letter is for a key that is not here.");
  const plain = await o.hpke.open({
    secretKey: pair.secretKey,
    sealed: letter.subarray(headerBytes),
    info: letterInfo(o.network, o.self),
    additional: header,
  });
  if (plain === undefined) throw invalid("has a seal that does not hold");
  const opened = readInner(plain, o, pair.publicKey);
  if (o.wallMs >= opened.expiresAt + maxSkewMs)
    throw new SwarmError("LETTER_EXPIRED", "The letter came after its time.");
  if (opened.expiresAt > o.wallMs + maxTtlMs + maxSkewMs) throw invalid("lives longer than a letter may");
  return opened;
}

function readInner(plain: Uint8Array, o: OpenLetterOptions, letterKey: Uint8Array): OpenedLetter {
  const list = decodeList(unpad(plain), maxSizeBytes);
  if (list === undefined || list.length !== 7) throw invalid("is malformed");
  const [sender, epoch, nonce, seq, expiresAt, body, signature] = list;
  if (!isBytes(sender, 32) || !isBytes(nonce, 8) || !isBytes(signature, 64) || !(body instanceof Uint8Array)) {
    throw invalid("is malformed");
  }
  if (!isCount(epoch) || !isCount(seq) || !isCount(expiresAt)) throw invalid("is malformed");
  const from = peerIdOf(sender);
  const signed = signedBytes(o.network, o.self, letterKey, [epoch, nonce, seq, expiresAt, body]);
  if (!verifySignature(from, letterDomain, signed, signature, o.verifier)) throw invalid("is not signed by its sender");
  return { from, instance: { epoch, nonce: bytesToHex(nonce) }, seq, expiresAt, body };
}

function signedBytes(network: string, to: PeerId, letterKey: Uint8Array, content: readonly unknown[]): Uint8Array {
  return encodeList([letterVersion, network, publicKeyOf(to), letterKey, ...content]);
}

function letterInfo(network: string, to: PeerId): Uint8Array {
  return encodeList([letterDomain, network, publicKeyOf(to)]);
}

function invalid(why: string): SwarmError {
  return new SwarmError("LETTER_INVALID", `The sealed letter ${why}.`);
}
