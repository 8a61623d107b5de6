import { SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Outcome } from "../ports/routing.ts";
import { askForAccepted } from "./ask.ts";
import { adoptOrphans, bindLetter, type Standing, sessionFor } from "./assignment.ts";
import type { Correspondent } from "./correspondent.ts";
import { Correspondents } from "./correspondents.ts";
import { itemKind, letterUse } from "./frame.ts";
import type { KeptCorrespondent, OutboxJournal } from "./journal/outbox-journal.ts";
import { LetterKeeper } from "./letter-keeper.ts";
import { LetterWatch, patienceMs } from "./letter-watch.ts";
import type { MessagingOptions } from "./limits.ts";
import type { LiveLink } from "./live-link.ts";
import type { LetterDraft, OutLetter, Settlement } from "./out-letter.ts";
import type { Pieces } from "./pieces.ts";
import type { Session } from "./session.ts";

export interface OutboxRooms extends Standing {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly options: MessagingOptions;
  readonly journal: OutboxJournal;
  /** @param beganAt since when the way stands (monotonic ms) */
  readonly record: (outcome: Outcome, beganAt: number) => void;
  /** Sends what a session holds at the end of this turn. */
  readonly wake: (session: Session) => void;
  /** Letters wait, and no way is usable. */
  readonly wantWay: (peer: PeerId) => void;
  /** A link was silent for its retransmission time. */
  readonly suspect: (live: LiveLink) => void;
}

/** Where letters are sorted once, kept until settled, and moved to the next way when one fails. */
export class Outbox {
  readonly correspondents: Correspondents;
  readonly #rooms: OutboxRooms;
  readonly #watch: LetterWatch;
  readonly #keeper: LetterKeeper;
  #open = false;

  constructor(rooms: OutboxRooms) {
    this.#rooms = rooms;
    this.correspondents = new Correspondents(rooms.options.maxPeers, (letter) => rooms.journal.forget(letter));
    this.#keeper = new LetterKeeper({
      journal: rooms.journal,
      events: rooms.events,
      reserved: (peer) => {
        const session = rooms.newest(peer);
        if (session !== undefined) rooms.wake(session);
      },
      fail: (correspondent, letter, error) => this.end(correspondent, letter, { status: "failed", error }),
    });
    this.#watch = new LetterWatch({
      clock: rooms.clock,
      correspondents: this.correspondents,
      expire: (correspondent, letter) => this.#expire(correspondent, letter),
      suspect: rooms.suspect,
    });
  }

  /** Takes up what an earlier run left. */
  open(kept: readonly KeptCorrespondent[]): void {
    this.#open = true;
    const { clock, events } = this.#rooms;
    for (const { peer, next, letters } of kept) {
      const first = letters[0]?.seq ?? next;
      // A letter may have been kept while the bound above it was not: it was never sent, and its sequence is its own.
      const free = Math.max(next, (letters.at(-1)?.seq ?? 0) + 1);
      const correspondent = this.correspondents.restore(peer, Math.min(first, next), free);
      correspondent.bound = next;
      if (free > next) this.#keeper.reserve(correspondent);
      for (const { seq, ...kept } of letters) {
        const draft: LetterDraft = { to: peer, use: letterUse.message, ...kept };
        this.#watch.by(correspondent.restore(seq, draft, clock.now()).deadline);
      }
      if (letters.length > 0) events.emit("outbox:restored", { to: peer, letters: letters.length });
      this.requeue(correspondent);
    }
  }

  /** Rejects what waits with `SWARM_STOPPED` and forgets all sequences; a durable outbox keeps both for the next start. */
  close(): void {
    this.#open = false;
    this.#watch.cancel();
    const error = new SwarmError("SWARM_STOPPED", "the node was stopped before the letter was confirmed");
    for (const correspondent of this.correspondents.all()) correspondent.abandon({ status: "failed", error });
    this.correspondents.clear();
  }

  waiting(peer: PeerId): { readonly letters: number; readonly bytes: number } {
    const correspondent = this.correspondents.find(peer);
    return { letters: correspondent?.letters.size ?? 0, bytes: correspondent?.bytes ?? 0 };
  }

  /**
   * Takes a letter.
   * @param settled told its end; a letter that was left in a mailbox is told of twice
   * @throws SwarmError `OUTBOX_FULL`, `SWARM_STOPPED`
   */
  post(draft: LetterDraft, settled: (settlement: Settlement) => void = () => {}): OutLetter {
    if (!this.#open) throw new SwarmError("SWARM_STOPPED", "the node does not run");
    const { clock, options } = this.#rooms;
    const correspondent = this.correspondents.open(draft.to);
    const { letters, bytes } = correspondent;
    if (letters.size >= options.outboxLetters || bytes + draft.body.length > options.outboxBytes) {
      throw new SwarmError("OUTBOX_FULL", `${letters.size} letters (${bytes} bytes) wait for ${draft.to}`);
    }
    const letter = correspondent.write(draft, clock.now(), settled);
    this.#keeper.keep(correspondent, letter);
    this.#watch.by(letter.deadline);
    this.#assign(correspondent, letter);
    return letter;
  }

  /** Calls a letter off. One that has ended already stays as it ended. */
  cancel(letter: OutLetter, reason: unknown): void {
    const correspondent = this.correspondents.find(letter.draft.to);
    if (correspondent !== undefined && !letter.settled)
      this.end(correspondent, letter, { status: "failed", error: reason });
  }

  /** Settles a letter that no link told of, and says what is not to be waited for. */
  end(correspondent: Correspondent, letter: OutLetter, settlement: Settlement): void {
    const { lane } = letter;
    correspondent.settle(letter, settlement);
    const session =
      letter.session === undefined ? undefined : this.#rooms.sessionOf(correspondent.peer, letter.session);
    if (session === undefined) return;
    if (lane !== undefined) session.control([itemKind.skip, letter.draft.channel, lane.base]);
    this.#rooms.wake(session);
  }

  /** Tells the receiver that an answer is no longer wanted. */
  cancelRequest(peer: PeerId, seq: number): void {
    const session = this.#rooms.newest(peer);
    if (session === undefined) return;
    session.control([itemKind.cancel, seq]);
    this.#rooms.wake(session);
  }

  /** A letter was handed to a link. */
  sent(letter: OutLetter, live: LiveLink, now: number): void {
    letter.live = live;
    letter.sentAt = now;
    letter.attempts++;
    this.#watch.by(now + live.roundTrip.timeoutMs);
  }

  /** A piece of a large letter was handed to a link. */
  pieceSent(letter: OutLetter, pieces: Pieces, live: LiveLink, now: number): void {
    if (pieces.sentAt === 0) {
      pieces.toldAt = now;
      this.#watch.by(now + patienceMs(letter, live));
      const { heldBytes, totalBytes } = pieces;
      if (heldBytes > 0) {
        const { to, channel } = letter.draft;
        this.#rooms.events.emit("letter:resume", { to, channel, transport: live.way.transport, heldBytes, totalBytes });
      }
    }
    pieces.sentAt = now;
  }

  /** The receiver has said what it lacks of a letter that was handed over whole. */
  goOn(session: Session, letter: OutLetter): void {
    letter.sentAt = 0;
    letter.pieces?.rewind();
    session.bulk.push(letter);
    this.#rooms.wake(session);
  }

  /** A link stands: waiting letters get their session, accepted ones are asked for. */
  linkOpened(session: Session): void {
    const correspondent = this.correspondents.find(session.peer);
    if (correspondent !== undefined) {
      adoptOrphans(this.#rooms, correspondent, session);
      if (session.links.length === 1) askForAccepted(correspondent, session);
      this.requeue(correspondent);
    }
    this.#rooms.wake(session);
  }

  /** A link died: what it carried goes by the next way. */
  linkClosed(session: Session, live: LiveLink, inOrder: boolean): void {
    const correspondent = this.correspondents.find(session.peer);
    if (correspondent === undefined) return;
    const gone = session.links.length === 0;
    let moved = 0;
    for (const letter of correspondent.letters.values()) {
      if (letter.session !== session.key || letter.accepted) continue;
      if (letter.live === live) {
        moved++;
        letter.rewind();
      }
      if (gone && inOrder) letter.unbind();
    }
    if (gone) {
      session.letters.clear();
      session.bulk.clear();
      const newer = this.#rooms.newest(session.peer);
      if (newer !== undefined) adoptOrphans(this.#rooms, correspondent, newer);
    } else {
      askForAccepted(correspondent, session);
      this.#rooms.wake(session);
    }
    if (moved > 0 && !inOrder) this.#retried(live, "lost");
    this.requeue(correspondent);
    if (correspondent.letters.size > 0 && !session.links.some((other) => other.usable))
      this.#rooms.wantWay(session.peer);
  }

  /** A link is silent: what it has not brought over goes by the next way. */
  linkSuspected(session: Session, live: LiveLink): void {
    const correspondent = this.#takeOff(session, live);
    if (correspondent === undefined) return;
    this.#retried(live, "silent");
    this.requeue(correspondent);
    if (correspondent.letters.size > 0) this.#rooms.wantWay(session.peer);
  }

  /** A link is silent and another is not, or its medium is away: what it has not brought over goes by the other. */
  linkDoubted(session: Session, live: LiveLink): void {
    const correspondent = this.#takeOff(session, live);
    if (correspondent === undefined) return;
    const reason = live.interrupted ? "interrupted" : "doubted";
    this.#rooms.events.emit("letter:retry", { to: session.peer, transport: live.way.transport, reason });
    // Its answers may lie at the other side until the medium is back.
    if (live.interrupted && askForAccepted(correspondent, session)) this.#rooms.wake(session);
    this.requeue(correspondent);
  }

  #takeOff({ peer }: Session, live: LiveLink): Correspondent | undefined {
    const correspondent = this.correspondents.find(peer);
    if (correspondent === undefined) return undefined;
    for (const letter of correspondent.letters.values()) if (letter.live === live && !letter.accepted) letter.rewind();
    return correspondent;
  }

  /** Puts every letter that no link carries into its queue, in order of sequence. */
  requeue(correspondent: Correspondent): void {
    const { peer } = correspondent;
    const queues = new Map<Session, OutLetter[]>();
    correspondent.unassigned.clear();
    for (const letter of correspondent.letters.values()) {
      if (letter.live !== undefined || letter.accepted) continue;
      const session = sessionFor(this.#rooms, correspondent, letter);
      if (session === undefined) {
        correspondent.unassigned.push(letter);
        continue;
      }
      bindLetter(correspondent, letter, session);
      const queue = queues.get(session) ?? [];
      queue.push(letter);
      queues.set(session, queue);
    }
    for (const [session, queue] of queues) {
      session.letters.reset(queue);
      session.bulk.keep((letter) => letter.live !== undefined && !letter.settled);
      this.#rooms.wake(session);
    }
    if (correspondent.unassigned.size > 0) this.#rooms.wantWay(peer);
  }

  #assign(correspondent: Correspondent, letter: OutLetter): void {
    const session = sessionFor(this.#rooms, correspondent, letter);
    if (session === undefined) {
      correspondent.unassigned.push(letter);
      if (letter.draft.instance === undefined) this.#rooms.wantWay(letter.draft.to);
      return;
    }
    bindLetter(correspondent, letter, session);
    session.letters.push(letter);
    this.#rooms.wake(session);
  }

  #retried(live: LiveLink, reason: "silent" | "lost"): void {
    this.#rooms.record({ kind: reason, way: live.way }, live.openedAt);
    this.#rooms.events.emit("letter:retry", { to: live.link.peer, transport: live.way.transport, reason });
  }

  #expire(correspondent: Correspondent, letter: OutLetter): void {
    const { to, channel } = letter.draft;
    const error = expiredError(letter);
    this.#rooms.events.emit("letter:expired", { to, channel });
    this.end(correspondent, letter, { status: "failed", error });
  }
}

function expiredError({ draft, accepted, attempts }: OutLetter): SwarmError {
  const { to, channel, ttlMs } = draft;
  const sent = attempts > 0 ? "it was sent, but never accepted" : "no way was found";
  const known = accepted ? "it was accepted, but its handler has not run" : sent;
  const what = `a letter to ${to} on channel ${channel} was given up after ${ttlMs} ms: ${known}`;
  return new SwarmError("LETTER_EXPIRED", what, { detail: { accepted, attempts, ttlMs } });
}
