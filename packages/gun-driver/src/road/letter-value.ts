import { fromBase64, toBase64 } from "./base64.ts";

/** Largest sealed letter: base64 of it fits one Gun value. */
export const maxLetterBytes = 17_920;
const maxLength = 24_576;
const minuteMs = 60_000;

/** A letter and until when it is wanted: minutes since the Unix epoch in base 36, a full stop, base64. */
export function encodeLetterValue(letter: Uint8Array, expiresAt: number): string {
  return `${Math.max(0, Math.ceil(expiresAt / minuteMs)).toString(36)}.${toBase64(letter)}`;
}

/** Until when a letter is wanted, in wall-clock milliseconds; undefined for what is no letter. */
export function expiryOf(value: string): number | undefined {
  const minutes = /^([0-9a-z]{1,8})\./.exec(value)?.[1];
  return minutes === undefined ? undefined : Number.parseInt(minutes, 36) * minuteMs;
}

/** Total: undefined for what is no letter. */
export function decodeLetterValue(
  value: string,
): { readonly letter: Uint8Array; readonly expiresAt: number } | undefined {
  const expiresAt = value.length > maxLength ? undefined : expiryOf(value);
  if (expiresAt === undefined) return undefined;
  const letter = fromBase64(value.slice(value.indexOf(".") + 1));
  if (!letter || letter.length === 0 || letter.length > maxLetterBytes) return undefined;
  return { letter, expiresAt };
}
