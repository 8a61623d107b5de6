/**
 * What travels in one value of an inbox soul, before base64:
 *
 *     byte 0          version (high four bits), kind (low four)
 *     OPEN    1       dialler's id (12) · dialler's inbox (24)
 *     ACCEPT  2       dialler's id (12) · acceptor's id (12) · acceptor's inbox (24)
 *     DATA    3       receiver's id (12) · sequence (4) · acknowledgement (8) · frames, each with its length (2)
 *     ACK     4       receiver's id (12) · acknowledgement (8)
 *     CLOSE   5       receiver's id (12) · detail in UTF-8 (≤ 120)
 *     SIGNAL  6       id of a meeting elsewhere (12) · what its owner reads (≤ 16,384)
 *
 * Ids are letters of `A-Z a-z 0-9 - _`. Numbers are big-endian. An acknowledgement is the next sequence
 * expected (4) and 32 bits for those beyond it that are here already, the lowest bit for the next but one.
 */
export type Packet =
  | { readonly kind: "open"; readonly from: string; readonly inbox: string }
  | { readonly kind: "accept"; readonly to: string; readonly from: string; readonly inbox: string }
  | {
      readonly kind: "data";
      readonly to: string;
      readonly sequence: number;
      readonly ack: Ack;
      readonly body: Uint8Array;
    }
  | { readonly kind: "ack"; readonly to: string; readonly ack: Ack }
  | { readonly kind: "close"; readonly to: string; readonly detail: string }
  | { readonly kind: "signal"; readonly to: string; readonly body: Uint8Array };

/** What has arrived: everything below `next`, and the marked ones beyond. */
export interface Ack {
  readonly next: number;
  readonly beyond: number;
}

const version = 1 << 4;
export const idLength = 12;
export const inboxLength = 24;
/** Bytes of a data packet beside its body. */
export const dataHeadBytes = 1 + idLength + 12;
const maxDetailBytes = 120;
/** Largest body of a signal: base64 of it fits one Gun value. */
export const maxSignalBytes = 16_384;

export function encodePacket(packet: Packet): Uint8Array {
  switch (packet.kind) {
    case "open":
      return letters(1, packet.from, packet.inbox);
    case "accept":
      return letters(2, packet.to, packet.from, packet.inbox);
    case "data": {
      const bytes = new Uint8Array(dataHeadBytes + packet.body.length);
      writeHead(bytes, 3, packet.to);
      const view = new DataView(bytes.buffer);
      view.setUint32(1 + idLength, packet.sequence);
      writeAck(view, 5 + idLength, packet.ack);
      bytes.set(packet.body, dataHeadBytes);
      return bytes;
    }
    case "ack": {
      const bytes = new Uint8Array(9 + idLength);
      writeHead(bytes, 4, packet.to);
      writeAck(new DataView(bytes.buffer), 1 + idLength, packet.ack);
      return bytes;
    }
    case "close": {
      const detail = new TextEncoder().encode(packet.detail).subarray(0, maxDetailBytes);
      const bytes = new Uint8Array(1 + idLength + detail.length);
      writeHead(bytes, 5, packet.to);
      bytes.set(detail, 1 + idLength);
      return bytes;
    }
    case "signal": {
      const bytes = new Uint8Array(1 + idLength + packet.body.length);
      writeHead(bytes, 6, packet.to);
      bytes.set(packet.body, 1 + idLength);
      return bytes;
    }
  }
}

/** Undefined for bytes that are no packet of this version. Never throws. */
export function decodePacket(bytes: Uint8Array): Packet | undefined {
  const kind = (bytes[0] ?? 0) ^ version;
  const first = readLetters(bytes, 1, idLength);
  if (first === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = 1 + idLength;
  switch (kind) {
    case 1: {
      const inbox = readLetters(bytes, rest, inboxLength);
      return inbox === undefined || bytes.length !== rest + inboxLength
        ? undefined
        : { kind: "open", from: first, inbox };
    }
    case 2: {
      const from = readLetters(bytes, rest, idLength);
      const inbox = readLetters(bytes, rest + idLength, inboxLength);
      if (from === undefined || inbox === undefined || bytes.length !== rest + idLength + inboxLength) return undefined;
      return { kind: "accept", to: first, from, inbox };
    }
    case 3: {
      if (bytes.length < dataHeadBytes) return undefined;
      const body = bytes.subarray(dataHeadBytes);
      return { kind: "data", to: first, sequence: view.getUint32(rest), ack: readAck(view, rest + 4), body };
    }
    case 4:
      return bytes.length === rest + 8 ? { kind: "ack", to: first, ack: readAck(view, rest) } : undefined;
    case 5:
      if (bytes.length > rest + maxDetailBytes) return undefined;
      return { kind: "close", to: first, detail: new TextDecoder().decode(bytes.subarray(rest)) };
    case 6:
      return bytes.length > rest + maxSignalBytes ? undefined : { kind: "signal", to: first, body: bytes.slice(rest) };
    default:
      return undefined;
  }
}

/** The frames of a data body, or undefined where a length does not fit. */
export function splitFrames(body: Uint8Array): readonly Uint8Array[] | undefined {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    if (at + 2 > body.length) return undefined;
    const end = at + 2 + (body[at] ?? 0) * 256 + (body[at + 1] ?? 0);
    if (end > body.length) return undefined;
    frames.push(body.subarray(at + 2, end));
    at = end;
  }
  return frames;
}

/** A data body of frames. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  const body = new Uint8Array(frames.reduce((sum, frame) => sum + 2 + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    body[at] = frame.length >> 8;
    body[at + 1] = frame.length & 255;
    body.set(frame, at + 2);
    at += 2 + frame.length;
  }
  return body;
}

/** Whether the text may name an inbox. */
export function isInbox(text: string): boolean {
  return text.length === inboxLength && /^[\w-]+$/.test(text);
}

function letters(kind: number, ...texts: readonly string[]): Uint8Array {
  const text = texts.join("");
  const bytes = new Uint8Array(1 + text.length);
  writeHead(bytes, kind, text);
  return bytes;
}

function writeHead(bytes: Uint8Array, kind: number, text: string): void {
  bytes[0] = version | kind;
  for (let index = 0; index < text.length; index += 1) bytes[1 + index] = text.charCodeAt(index);
}

function readLetters(bytes: Uint8Array, at: number, length: number): string | undefined {
  if (bytes.length < at + length) return undefined;
  const text = String.fromCharCode(...bytes.subarray(at, at + length));
  return /^[\w-]+$/.test(text) ? text : undefined;
}

function writeAck(view: DataView, at: number, ack: Ack): void {
  view.setUint32(at, ack.next);
  view.setUint32(at + 4, ack.beyond);
}

function readAck(view: DataView, at: number): Ack {
  return { next: view.getUint32(at), beyond: view.getUint32(at + 4) };
}
