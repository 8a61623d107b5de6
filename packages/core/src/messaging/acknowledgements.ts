import { errorTable, SwarmError } from "../errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Outcome } from "../ports/routing.ts";
import type { TransportId } from "../ports/transport.ts";
import type { Correspondent } from "./correspondent.ts";
import { type FrameItem, type HeldItem, itemKind } from "./frame.ts";
import { tellProgress } from "./letter-progress.ts";
import type { OutLetter } from "./out-letter.ts";
import type { Outbox } from "./outbox.ts";
import type { Failure } from "./receive-window.ts";
import { visitRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

export interface AcknowledgementRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly outbox: Outbox;
  readonly record: (outcome: Outcome) => void;
  readonly wake: (session: Session) => void;
}

/** Reads what a receiver says of our letters and settles them. */
export class Acknowledgements {
  readonly #rooms: AcknowledgementRooms;

  constructor(rooms: AcknowledgementRooms) {
    this.#rooms = rooms;
  }

  /** Takes an acknowledging item; leaves every other kind alone. False: it told nothing new. */
  read(session: Session, item: FrameItem): boolean {
    const { outbox } = this.#rooms;
    const correspondent = outbox.correspondents.find(session.peer);
    if (correspondent === undefined) return false;
    let news = false;
    switch (item[0]) {
      case itemKind.accepted:
        this.#goOn(session);
        this.#visit(correspondent, session, item[1], (letter) => {
          news ||= !letter.accepted;
          letter.accept();
          this.#isHere(letter);
        });
        return news;
      case itemKind.handled: {
        this.#goOn(session);
        const passed = new Map<string, number>();
        this.#visit(correspondent, session, item[1], (letter) => {
          news = true;
          const transport = letter.live?.way.transport ?? session.links[0]?.way.transport ?? "";
          const { lane, restored, attempts, mail } = letter;
          this.#isHere(letter);
          correspondent.settle(letter, { status: "confirmed", transport });
          if (lane !== undefined && (restored || attempts > 1 || mail !== undefined))
            passed.set(letter.draft.channel, lane.base);
        });
        // Sent again, it may have been a double of one that a mailbox brought, or that was handled before a restart: then its place was never taken.
        for (const [channel, base] of passed) session.control([itemKind.skip, channel, base]);
        return news;
      }
      case itemKind.failed: {
        this.#goOn(session);
        const [, seq, code, text] = item;
        this.#visit(correspondent, session, [seq, 1], (letter) => {
          news = true;
          const error = remoteError(session.peer, letter, { code, text });
          const { lane } = letter;
          correspondent.settle(letter, { status: "failed", error });
          if (lane !== undefined) session.control([itemKind.skip, letter.draft.channel, lane.base]);
        });
        return news;
      }
      case itemKind.unknown: {
        visitRanges(item[1], (seq) => {
          const letter = correspondent.letters.get(seq);
          if (letter?.session !== session.key) return;
          news ||= letter.accepted || letter.pieces !== undefined;
          letter.pieces?.forget();
          letter.rewind();
        });
        outbox.requeue(correspondent);
        return news;
      }
      case itemKind.held:
        return this.#hold(correspondent, session, item);
      default:
        return false;
    }
  }

  /** The receiver says what it has of a large letter. */
  #hold(correspondent: Correspondent, session: Session, [, seq, ranges, all]: HeldItem): boolean {
    const letter = correspondent.letters.get(seq);
    if (letter?.session !== session.key || letter.accepted || letter.pieces === undefined) return false;
    const { heldBytes } = letter.pieces;
    const news = letter.pieces.hold(ranges, all === 1);
    if (news) {
      const now = this.#rooms.clock.now();
      letter.live?.paced(letter.pieces.heldBytes - heldBytes, now - letter.pieces.toldAt);
      letter.pieces.toldAt = now;
      tellProgress(this.#rooms.events, letter);
    }
    if (all === 1 && letter.sentAt > 0 && letter.live !== undefined) this.#rooms.outbox.goOn(session, letter);
    return news;
  }

  /** The receiver has all of a large letter. */
  #isHere(letter: OutLetter): void {
    const { pieces } = letter;
    if (pieces?.hold([0, pieces.totalBytes], false)) tellProgress(this.#rooms.events, letter);
  }

  /** The receiver answered a letter by mailbox. */
  answered(peer: PeerId, seq: number, transport: TransportId, failure?: Failure): void {
    const correspondent = this.#rooms.outbox.correspondents.find(peer);
    const letter = correspondent?.letters.get(seq);
    if (correspondent === undefined || letter === undefined) return;
    // What was never sent has no answer.
    if (letter.mail === undefined && letter.attempts === 0 && !letter.restored) return;
    const { outbox } = this.#rooms;
    if (failure === undefined) return outbox.end(correspondent, letter, { status: "confirmed", transport });
    const error = remoteError(peer, letter, failure);
    outbox.end(correspondent, letter, { status: "failed", error });
  }

  #visit(
    correspondent: Correspondent,
    session: Session,
    ranges: readonly number[],
    visit: (letter: OutLetter) => void,
  ): void {
    let first = true;
    visitRanges(ranges, (seq) => {
      const letter = correspondent.letters.get(seq);
      if (letter === undefined || letter.session !== session.key) return;
      if (letter.attempts === 0 && letter.live === undefined) return;
      if (first && !letter.accepted) this.#measure(letter);
      first = false;
      visit(letter);
    });
  }

  /** One round trip a frame, and only of a letter sent once (Karn's rule). */
  #measure(letter: OutLetter): void {
    const { live } = letter;
    if (live === undefined || letter.sentAt === 0) return;
    const now = this.#rooms.clock.now();
    const rttMs = now - letter.sentAt;
    const clean = letter.attempts === 1 && letter.pieces?.resumed !== true && letter.sentAt > live.wokeAt;
    if (clean) live.roundTrip.sample(rttMs, now);
    this.#rooms.record(clean ? { kind: "accepted", way: live.way, rttMs } : { kind: "accepted", way: live.way });
  }

  /**
   * The window is about to move, and letters wait for it. Asked for before anybody hears that theirs is settled, for they may write
   * a thousand more at once: what waits leaves first, and is under way meanwhile.
   */
  #goOn(session: Session): void {
    if (session.letters.size > 0 || session.bulk.size > 0) this.#rooms.wake(session);
  }
}

/** What the peer says of a letter. A code that is not the kernel's has its meaning there. */
function remoteError(peer: PeerId, { draft }: OutLetter, { code, text }: Failure): SwarmError {
  return new SwarmError(code, `${peer} on channel ${draft.channel}: ${text}`, {
    detail: { remote: true },
    ...(Object.hasOwn(errorTable, code) ? {} : { cure: "See what the peer's application says of this code." }),
  });
}
