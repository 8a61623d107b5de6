/** Bytes as base64. Buffer where there is one: it is tenfold faster than `btoa`. */
export function toBase64(bytes: Uint8Array): string {
  if (typeof Buffer === "function") {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  }
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/** Bytes of base64; undefined where it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (typeof Buffer === "function") {
    const buffer = Buffer.from(text, "base64");
    // Buffer passes over what is no base64: then less comes out than the length says.
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    if (buffer.length !== Math.floor(((text.length - padding) * 3) / 4)) return undefined;
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
