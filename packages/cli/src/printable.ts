/**
 * Text of a stranger, fit for a terminal: control characters (also those that turn the direction of writing) become
 * one sign each, so that nobody moves the cursor or forges a line.
 */
export function printable(text: string, longest = 4_000): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, "\u00b7");
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}

/** A peer id short enough to read aloud. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
