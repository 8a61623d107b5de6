const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
const surrogate = /[\ud800-\udfff]/;

/**
 * Bytes that sort as the string's UTF-16 code units do (CESU-8, Unicode Technical Report 26, with lone surrogates let
 * through): every code unit by itself in the pattern of UTF-8. UTF-8 would put U+10000 behind U+FFFF, where `<` puts it before.
 */
export function encodeKey(key: string): Uint8Array {
  if (!surrogate.test(key)) return Buffer.from(key, "utf8");
  const bytes: number[] = [];
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    if (unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return Uint8Array.from(bytes);
}

/** The string of `encodeKey`'s bytes; undefined for bytes that it never makes. */
export function decodeKey(bytes: Uint8Array): string | undefined {
  const units: number[] = [];
  let plain = true;
  for (let index = 0; index < bytes.length; ) {
    const lead = bytes[index] ?? 0;
    const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 0;
    if (length === 0 || index + length > bytes.length) return undefined;
    let unit = length === 1 ? lead : lead & (length === 2 ? 0x1f : 0x0f);
    for (let next = index + 1; next < index + length; next += 1) {
      const byte = bytes[next] ?? 0;
      if ((byte & 0xc0) !== 0x80) return undefined;
      unit = (unit << 6) | (byte & 0x3f);
    }
    if (length === 3 && unit < 0x800) return undefined;
    if (unit >= firstSurrogate && unit <= lastSurrogate) plain = false;
    units.push(unit);
    index += length;
  }
  return plain
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")
    : String.fromCharCode(...units);
}

/** A key's place in the one sorted file: the namespace's name, a zero (no name holds one), the key. */
export function placeOf(namespace: string, key: string): Uint8Array {
  return Buffer.concat([Buffer.from(`${namespace}\0`, "latin1"), encodeKey(key)]);
}

/** The first place after all of a namespace. */
export function endOf(namespace: string): Uint8Array {
  return Buffer.from(`${namespace}\u0001`, "latin1");
}

/** The key at a place of this namespace. */
export function keyAt(place: Uint8Array, namespace: string): string | undefined {
  return decodeKey(place.subarray(namespace.length + 1));
}
