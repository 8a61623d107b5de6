import type { Correspondent } from "./correspondent.ts";
import { itemKind } from "./frame.ts";
import { packRanges, splitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

/** Asks what became of letters whose link died after they were accepted: the answer may have died with it. */
export function askForAccepted(correspondent: Correspondent, session: Session): void {
  const ask: number[] = [];
  for (const letter of correspondent.letters.values()) {
    if (letter.accepted && letter.session === session.key && letter.live?.closed) ask.push(letter.seq);
  }
  for (const ranges of splitRanges(packRanges(ask))) session.control([itemKind.ask, ranges]);
}
