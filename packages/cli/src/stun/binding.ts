import { crc32 } from "node:zlib";

/** Where a packet came from, as Node tells it. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

const headerLength = 20;
/** What STUN sends where the path's limit is unknown (RFC 8489, section 6.1). */
const maxPacketLength = 548;
const magicCookie = 0x2112_a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const bindingError = 0x0111;
const errorCode = 0x0009;
const unknownAttributes = 0x000a;
const xorMappedAddress = 0x0020;
const fingerprint = 0x8028;
const fingerprintMask = 0x5354_554e;
/** Below it stand the attributes that must be understood. */
const optional = 0x8000;
/** Of those that must be understood: who asks and for what it is good, which a server without accounts need not ask. */
const understood = [0x0006, 0x0008, 0x0014, 0x0015, 0x001c, 0x001d, 0x001e, 0x0024, 0x0025];
/** Attributes that an error names, so that no answer is much longer than its request. */
const mostNamed = 8;

/**
 * Answers a Binding request of RFC 8489 with the address it came from; undefined where the packet is anything else, or broken.
 * An answer is at most 32 bytes longer than its request. Pure and total.
 */
export function answerBinding(packet: Uint8Array, source: Source): Uint8Array | undefined {
  const request = readRequest(packet);
  if (!request) return undefined;
  const transaction = packet.subarray(4, headerLength);
  if (request.unknown.length > 0) {
    const named = request.unknown.slice(0, mostNamed);
    const names = new Uint8Array(named.length * 2);
    named.forEach((type, at) => {
      new DataView(names.buffer).setUint16(at * 2, type);
    });
    const code = attribute(errorCode, Uint8Array.of(0, 0, 4, 20)); // 420; the reason may be empty, and so is short
    return message(bindingError, transaction, [code, attribute(unknownAttributes, names)], request.hasFingerprint);
  }
  const address = xorAddress(source, transaction);
  return (
    address && message(bindingSuccess, transaction, [attribute(xorMappedAddress, address)], request.hasFingerprint)
  );
}

interface Request {
  /** Attributes that must be understood and are not. */
  readonly unknown: readonly number[];
  readonly hasFingerprint: boolean;
}

function readRequest(packet: Uint8Array): Request | undefined {
  if (packet.length < headerLength || packet.length > maxPacketLength) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.getUint16(0) !== bindingRequest || view.getUint32(4) !== magicCookie) return undefined;
  if (view.getUint16(2) !== packet.length - headerLength || packet.length % 4 !== 0) return undefined;
  const unknown: number[] = [];
  let at = headerLength;
  while (at < packet.length) {
    const type = view.getUint16(at);
    const length = view.getUint16(at + 2);
    const next = at + 4 + Math.ceil(length / 4) * 4;
    if (next > packet.length) return undefined;
    if (type === fingerprint) {
      const isLast = length === 4 && next === packet.length;
      return isLast && view.getUint32(at + 4) === checksum(packet.subarray(0, at))
        ? { unknown, hasFingerprint: true }
        : undefined;
    }
    if (type < optional && !understood.includes(type)) unknown.push(type);
    at = next;
  }
  return { unknown, hasFingerprint: false };
}

/** The value of XOR-MAPPED-ADDRESS (RFC 8489, section 14.2). @param transaction the cookie and the transaction's id */
function xorAddress({ address, port }: Source, transaction: Uint8Array): Uint8Array | undefined {
  const bytes = addressBytes(address);
  if (!bytes) return undefined;
  const value = new Uint8Array(4 + bytes.length);
  const view = new DataView(value.buffer);
  view.setUint16(0, bytes.length === 4 ? 1 : 2);
  view.setUint16(2, port ^ (magicCookie >>> 16));
  bytes.forEach((byte, at) => {
    value[4 + at] = byte ^ (transaction[at] ?? 0);
  });
  return value;
}

function addressBytes(text: string): Uint8Array | undefined {
  const [address = ""] = text.split("%");
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address);
  if (v4) return Uint8Array.from(v4.slice(1), Number);
  const [head = "", tail, ...more] = address.split("::");
  const groupsOf = (part: string) => part.split(":").filter(Boolean);
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  if (gap < 0 || more.length > 0) return undefined;
  const groups = [...before, ...new Array<string>(gap).fill("0"), ...after];
  if (groups.length !== 8 || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(value.length / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type);
  view.setUint16(2, value.length);
  bytes.set(value, 4);
  return bytes;
}

function message(
  type: number,
  transaction: Uint8Array,
  attributes: readonly Uint8Array[],
  hasFingerprint: boolean,
): Uint8Array {
  const length = attributes.reduce((sum, each) => sum + each.length, headerLength);
  const bytes = new Uint8Array(length + (hasFingerprint ? 8 : 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type);
  view.setUint16(2, bytes.length - headerLength);
  bytes.set(transaction, 4);
  let at = headerLength;
  for (const each of attributes) {
    bytes.set(each, at);
    at += each.length;
  }
  if (hasFingerprint) {
    const mark = attribute(fingerprint, new Uint8Array(4));
    new DataView(mark.buffer).setUint32(4, checksum(bytes.subarray(0, length)));
    bytes.set(mark, length);
  }
  return bytes;
}

/** The value of FINGERPRINT over what stands before it (RFC 8489, section 14.7). */
function checksum(before: Uint8Array): number {
  return (crc32(before) ^ fingerprintMask) >>> 0;
}
