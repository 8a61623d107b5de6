import type { PeerId } from "../ports/identity.ts";
import type { Correspondent } from "./correspondent.ts";
import type { OutLetter } from "./out-letter.ts";
import type { Session } from "./session.ts";

/** Who is connected. */
export interface Standing {
  /** The session that a letter to this peer goes to now. */
  readonly newest: (peer: PeerId) => Session | undefined;
  readonly sessionOf: (peer: PeerId, key: string) => Session | undefined;
}

/** The session that a letter goes to: its own, that of those before it in its channel, or the newest. Undefined: it waits. */
export function sessionFor(
  { newest, sessionOf }: Standing,
  correspondent: Correspondent,
  letter: OutLetter,
): Session | undefined {
  const { draft, session } = letter;
  const { to, instance, ordered, channel } = draft;
  const standing = (key: string | undefined) => (key === undefined ? undefined : sessionOf(to, key));
  const own = standing(instance ?? session);
  if (own !== undefined || instance !== undefined) return own;
  const other = standing(ordered ? correspondent.home(channel) : undefined) ?? newest(to);
  return other !== undefined && letter.maybeHeldAfter(other.instance.epoch) ? undefined : other;
}

/** Gives a letter to a session, with its place in the channel's order there. */
export function bindLetter(correspondent: Correspondent, letter: OutLetter, session: Session): void {
  const { ordered, channel, instance } = letter.draft;
  if (ordered && !letter.placeless && (letter.session !== session.key || letter.lane === undefined)) {
    const lane = correspondent.lane(session.key, channel);
    letter.join(lane);
    if (instance === undefined) correspondent.settleDown(channel, session.key, lane);
  }
  letter.bind(session.key, session.instance.epoch);
}

/** Letters that an older instance accepted and, being gone, will not settle go to the newer one. */
export function adoptOrphans({ sessionOf }: Standing, correspondent: Correspondent, session: Session): void {
  for (const letter of correspondent.letters.values()) {
    if (letter.draft.instance !== undefined || letter.session === undefined || letter.session === session.key) continue;
    if (letter.epoch >= session.instance.epoch || sessionOf(session.peer, letter.session) !== undefined) continue;
    letter.rewind();
    letter.unbind();
  }
}
