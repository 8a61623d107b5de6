import type { Correspondent } from "./correspondent.ts";
import { itemKind } from "./frame.ts";
import { packRanges, splitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

/** A link died: asks what became of letters that were accepted. Whichever link brought them, the answer may have died with this one. */
export function askForAccepted(correspondent: Correspondent, session: Session): void {
  const ask: number[] = [];
  for (const letter of correspondent.letters.values()) {
    if (letter.accepted && letter.session === session.key) ask.push(letter.seq);
  }
  for (const ranges of splitRanges(packRanges(ask))) session.control([itemKind.ask, ranges]);
}
