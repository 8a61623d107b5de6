import { isPeerId, type PeerId, peerIdOf, publicKeyOf } from "@swarm-space/core";
import { joinBytes, textBytes } from "@swarm-space/core/medium";
import { isInbox } from "@swarm-space/gun-driver/road";

/**
 * The two letters that open a meeting, as they travel within a signal. Numbers are big-endian.
 *
 *     KNOCK   1 · whether it names whom it is for (1) · who knocks, a public key (32) · its X25519 key (32)
 *               · until when it counts, in wall milliseconds (8) · inbox for what follows (24) · signature (64)
 *     REPLY   2 · who answers (32) · its X25519 key (32) · inbox for what follows (24) · signature (64) · sealed signals
 *     TALK    3 · counter (4) · sealed signals
 *
 * Both keys are of this meeting alone. Each side signs its own with all that it knows of the meeting, so that no letter is worth
 * anything in another one; a knock counts until its time, and where it was put.
 */
export interface Opening {
  readonly from: PeerId;
  readonly key: Uint8Array;
  readonly inbox: string;
}

export interface Knock extends Opening {
  readonly expiresAt: number;
}

export interface Reply {
  readonly from: PeerId;
  readonly key: Uint8Array;
  readonly inbox: string;
}

/** What both sides know of a meeting before it is answered. */
export interface MeetingFacts {
  readonly network: string;
  readonly id: string;
  /** Whom the knock is for; undefined: whoever hears that inbox. */
  readonly to: PeerId | undefined;
}

export type Letter =
  | { readonly kind: "knock"; readonly knock: Knock; readonly isNamed: boolean; readonly signature: Uint8Array }
  | { readonly kind: "reply"; readonly reply: Reply; readonly signature: Uint8Array; readonly sealed: Uint8Array }
  | { readonly kind: "talk"; readonly counter: number; readonly sealed: Uint8Array };

export const knockDomain = "transport-integrated/knock/2";
export const replyDomain = "transport-integrated/reply/2";
const keyBytes = 32;
const inboxBytes = 24;
const signatureBytes = 64;
const knockHeadBytes = 2 + keyBytes + keyBytes + 8 + inboxBytes;
const replyHeadBytes = 1 + keyBytes + keyBytes + inboxBytes;

/** What the one who knocks signs. @param soul where it puts it */
export function knockBytes(facts: MeetingFacts, knock: Knock, soul: string): Uint8Array {
  return joinBytes(openingBytes(facts, knock), wallBytes(knock.expiresAt), named(soul));
}

/** What the one who answers signs: its own part after what does not change while the other knocks again. */
export function replyBytes(facts: MeetingFacts, opening: Opening, reply: Reply): Uint8Array {
  return joinBytes(openingBytes(facts, opening), replyHead(reply));
}

export function encodeKnock(knock: Knock, isNamed: boolean, signature: Uint8Array): Uint8Array {
  return joinBytes(knockHead(knock, isNamed), signature);
}

export function encodeReply(reply: Reply, signature: Uint8Array, sealed: Uint8Array): Uint8Array {
  return joinBytes(replyHead(reply), signature, sealed);
}

export function encodeTalk(counter: number, sealed: Uint8Array): Uint8Array {
  const head = new Uint8Array(5);
  head[0] = 3;
  new DataView(head.buffer).setUint32(1, counter);
  return joinBytes(head, sealed);
}

/** Total: undefined for what is no letter. */
export function readLetter(bytes: Uint8Array): Letter | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const part = (at: number, length: number) => bytes.slice(at, at + length);
  switch (bytes[0]) {
    case 1: {
      if (bytes.length !== knockHeadBytes + signatureBytes || (bytes[1] ?? 2) > 1) return undefined;
      const from = ownerOf(part(2, keyBytes));
      const key = part(2 + keyBytes, keyBytes);
      const expiresAt = Number(view.getBigUint64(2 + 2 * keyBytes));
      const inbox = readInbox(part(10 + 2 * keyBytes, inboxBytes));
      if (from === undefined || inbox === undefined || !Number.isSafeInteger(expiresAt)) return undefined;
      const signature = part(knockHeadBytes, signatureBytes);
      return { kind: "knock", knock: { from, key, expiresAt, inbox }, isNamed: bytes[1] === 1, signature };
    }
    case 2: {
      if (bytes.length <= replyHeadBytes + signatureBytes) return undefined;
      const from = ownerOf(part(1, keyBytes));
      const inbox = readInbox(part(1 + 2 * keyBytes, inboxBytes));
      if (from === undefined || inbox === undefined) return undefined;
      const reply = { from, key: part(1 + keyBytes, keyBytes), inbox };
      const signature = part(replyHeadBytes, signatureBytes);
      return { kind: "reply", reply, signature, sealed: bytes.slice(replyHeadBytes + signatureBytes) };
    }
    case 3:
      return bytes.length <= 5 ? undefined : { kind: "talk", counter: view.getUint32(1), sealed: bytes.slice(5) };
    default:
      return undefined;
  }
}

function openingBytes({ network, id, to }: MeetingFacts, { from, key, inbox }: Opening): Uint8Array {
  const receiver = to === undefined ? new Uint8Array(keyBytes) : publicKeyOf(to);
  return joinBytes(named(network), textBytes(id), receiver, publicKeyOf(from), key, textBytes(inbox));
}

function knockHead({ from, key, expiresAt, inbox }: Knock, isNamed: boolean): Uint8Array {
  return joinBytes(Uint8Array.of(1, isNamed ? 1 : 0), publicKeyOf(from), key, wallBytes(expiresAt), textBytes(inbox));
}

function wallBytes(wallMs: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(wallMs));
  return bytes;
}

function replyHead({ from, key, inbox }: Reply): Uint8Array {
  return joinBytes(Uint8Array.of(2), publicKeyOf(from), key, textBytes(inbox));
}

/** A name of any length, so that what follows it cannot be taken for a part of it. */
function named(name: string): Uint8Array {
  const bytes = textBytes(name);
  return joinBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes);
}

function ownerOf(key: Uint8Array): PeerId | undefined {
  const id = peerIdOf(key);
  return isPeerId(id) ? id : undefined;
}

function readInbox(bytes: Uint8Array): string | undefined {
  const inbox = String.fromCharCode(...bytes);
  return isInbox(inbox) ? inbox : undefined;
}
