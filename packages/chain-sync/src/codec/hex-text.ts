const zero = 48;
const letterA = 97;

/**
 * Lower-case hexadecimal digits, made in one piece: a text that is put together digit by digit lies in memory as that many pieces
 * until it is read, and a chain holds a few of them for each header.
 */
export function hexOf(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const codes = new Array<number>((to - from) * 2);
  for (let at = from, digit = 0; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    codes[digit++] = codeOfDigit(byte >> 4);
    codes[digit++] = codeOfDigit(byte & 15);
  }
  return String.fromCharCode.apply(null, codes);
}

function codeOfDigit(digit: number): number {
  return digit < 10 ? zero + digit : letterA - 10 + digit;
}

/** What the digit at this place is worth; -1 for anything but a lower-case hexadecimal digit. */
export function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= zero && code < zero + 10) return code - zero;
  return code >= letterA && code < letterA + 6 ? code - letterA + 10 : -1;
}
