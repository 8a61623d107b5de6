import type { Correspondent } from "./correspondent.ts";
import { itemKind } from "./frame.ts";
import { packRanges, splitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

/**
 * A link died: asks what became of letters that were accepted, for whichever link brought them, the answer may have died with this one.
 * So may the word that nothing before them is to be waited for: it is said again.
 * @param sentBy leaves out letters that were sent later (monotonic ms)
 * @returns false: there is none to ask for
 */
export function askForAccepted(
  correspondent: Correspondent,
  session: Session,
  sentBy = Number.POSITIVE_INFINITY,
): boolean {
  const ask: number[] = [];
  const bases = new Map<string, number>();
  for (const { accepted, session: key, seq, lane, draft, sentAt, pieces } of correspondent.letters.values()) {
    // Of one that went on by another link it was asked what is missing: that answer may have died too.
    const isAwaited = accepted || (sentAt > 0 && pieces?.resumed === true);
    if (!isAwaited || key !== session.key || sentAt > sentBy) continue;
    ask.push(seq);
    if (lane !== undefined) bases.set(draft.channel, lane.base);
  }
  for (const [channel, base] of bases) session.control([itemKind.skip, channel, base]);
  for (const ranges of splitRanges(packRanges(ask))) session.control([itemKind.ask, ranges]);
  return ask.length > 0;
}
