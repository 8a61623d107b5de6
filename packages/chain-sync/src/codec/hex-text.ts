const digits = "0123456789abcdef";
/** Of each byte its two digits, as they lie in memory one behind the other. */
const pairs = new Uint16Array(
  Uint8Array.from({ length: 512 }, (_, at) => digits.charCodeAt(at % 2 === 0 ? at >> 5 : (at >> 1) & 15)).buffer,
);
/** What a character of ASCII is worth as a digit; -1: it is none. */
const worths = Int8Array.from({ length: 128 }, (_, code) => digits.indexOf(String.fromCharCode(code)));
const ascii = new TextDecoder();

/**
 * Lower-case hexadecimal digits, made in one piece: a text that is put together digit by digit lies in memory as that many pieces
 * until it is read, and a chain holds a few of them for each header.
 */
export function hexOf(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const codes = new Uint16Array(to - from);
  for (let at = from; at < to; at += 1) codes[at - from] = pairs[bytes[at] ?? 0] ?? 0;
  return ascii.decode(codes);
}

/** What the digit at this place is worth; -1 for anything but a lower-case hexadecimal digit. */
export function digitAt(text: string, at: number): number {
  return worths[text.charCodeAt(at)] ?? -1;
}
