/**
 * What is said over a medium, one byte of kind, then:
 * `dial`, `take`, `frame`, `credit`, `close`: eight bytes that name the link, and the rest; `look`, `here`: the rest.
 */
export type LinkMessage =
  | { readonly kind: "dial" | "take"; readonly link: LinkName }
  | { readonly kind: "frame"; readonly link: LinkName; readonly frame: Uint8Array }
  /** So many bytes of frames were read. */
  | { readonly kind: "credit"; readonly link: LinkName; readonly bytes: number }
  | { readonly kind: "close"; readonly link: LinkName; readonly detail: string }
  | { readonly kind: "look" }
  | { readonly kind: "here"; readonly peer: string };

/** A link as the one who speaks knows it. The dialler drew the number, so both sides say who speaks. */
export interface LinkName {
  readonly number: bigint;
  readonly byDialler: boolean;
}

const kinds = ["dial", "take", "frame", "credit", "close", "look", "here"] as const;
const acceptorBit = 0x80;
const linkBytes = 9;
const maxTextBytes = 256;

export function encodeLinkMessage(message: LinkMessage): Uint8Array {
  const rest = restOf(message);
  const head = "link" in message ? linkBytes : 1;
  const bytes = new Uint8Array(head + rest.byteLength);
  bytes[0] = kinds.indexOf(message.kind);
  if ("link" in message) {
    if (!message.link.byDialler) bytes[0] |= acceptorBit;
    new DataView(bytes.buffer).setBigUint64(1, message.link.number);
  }
  bytes.set(rest, head);
  return bytes;
}

/** @returns undefined for whatever is no such message; never throws */
export function decodeLinkMessage(bytes: Uint8Array): LinkMessage | undefined {
  const first = bytes[0] ?? acceptorBit;
  const kind = kinds[first & ~acceptorBit];
  if (kind === undefined) return undefined;
  if (kind === "look" || kind === "here") return first === kinds.indexOf(kind) ? beforeAnyLink(kind, bytes) : undefined;
  if (bytes.byteLength < linkBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const link = { number: view.getBigUint64(1), byDialler: (first & acceptorBit) === 0 };
  const rest = bytes.subarray(linkBytes);
  if (kind === "frame") return { kind, link, frame: rest };
  if (kind === "close") return { kind, link, detail: textOf(rest) };
  if (kind === "credit") return rest.byteLength === 4 ? { kind, link, bytes: view.getUint32(linkBytes) } : undefined;
  return rest.byteLength === 0 ? { kind, link } : undefined;
}

function beforeAnyLink(kind: "look" | "here", bytes: Uint8Array): LinkMessage | undefined {
  if (kind === "here") return { kind, peer: textOf(bytes.subarray(1)) };
  return bytes.byteLength === 1 ? { kind } : undefined;
}

function restOf(message: LinkMessage): Uint8Array {
  switch (message.kind) {
    case "frame":
      return message.frame;
    case "credit": {
      const rest = new Uint8Array(4);
      new DataView(rest.buffer).setUint32(0, message.bytes);
      return rest;
    }
    case "close":
      return new TextEncoder().encode(message.detail).subarray(0, maxTextBytes);
    case "here":
      return new TextEncoder().encode(message.peer);
    default:
      return new Uint8Array();
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, maxTextBytes));
}
