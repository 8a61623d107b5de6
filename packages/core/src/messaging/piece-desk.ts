import type { FrameToll } from "../door/frame-toll.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import { itemKind, type LetterItem, type PieceItem } from "./frame.ts";
import type { HalfLetter } from "./half-letter.ts";
import type { LiveLink } from "./live-link.ts";
import { packRanges } from "./seq-ranges.ts";
import type { Session } from "./session.ts";

/** The sender is told what is here each time so many more bytes are: what a failover at most sends again beside what was under way. */
const reportBytes = 262_144;
/** And at least this often while pieces come, in milliseconds: its sender must not take a slow road for a dead one. */
const signOfLifeMs = 400;

export interface PieceDeskRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly maxLetterBytes: number;
}

/** What a piece made: a letter that is whole now, or a refusal. Undefined: nothing yet. */
export type Made =
  | { readonly item: LetterItem }
  | { readonly refused: "LETTER_TOO_LARGE" | "LETTER_INVALID" }
  | undefined;

/** Puts large letters together, and tells their senders how far they are. */
export class PieceDesk {
  readonly #rooms: PieceDeskRooms;

  constructor(rooms: PieceDeskRooms) {
    this.#rooms = rooms;
  }

  take(session: Session, live: LiveLink, piece: PieceItem, toll: FrameToll): Made {
    const result = session.assemblies.add(piece, this.#rooms.maxLetterBytes);
    switch (result.state) {
      case "whole":
        this.#tell(session, piece, result.totalBytes, result.totalBytes);
        return result;
      case "refused":
        toll.wasted();
        return { refused: result.code };
      case "partial":
        toll.kept();
        this.#report(session, live, piece, result.half, false);
        this.#letGo(session);
        return undefined;
      case "double":
        if (result.isFree) toll.kept();
        else toll.double();
        return this.#report(session, live, piece, result.half, true);
    }
  }

  /** Behind all that came on this link: nothing else is here of this letter. */
  answer(session: Session, seq: number, half: HalfLetter): void {
    half.reportedBytes = half.heldBytes;
    session.tellHeld(seq, true);
  }

  #report(session: Session, live: LiveLink, piece: PieceItem, half: HalfLetter, isDouble: boolean): undefined {
    const more = half.heldBytes - half.reportedBytes;
    const isLate = this.#rooms.clock.now() - live.lastSentAt >= signOfLifeMs;
    const isNews = isDouble && (more > 0 || half.reportedOn !== live);
    if (more < reportBytes && !isLate && !isNews) return undefined;
    half.reportedBytes = half.heldBytes;
    half.reportedOn = live;
    session.tellHeld(piece[1], false);
    if (more > 0) this.#tell(session, piece, half.heldBytes, half.totalBytes);
    return undefined;
  }

  /** What found no room any more is sent anew. */
  #letGo(session: Session): void {
    const evicted = session.assemblies.takeEvicted();
    if (evicted.length > 0) session.control([itemKind.unknown, packRanges(evicted)]);
  }

  #tell({ peer }: Session, [, seq, channel]: PieceItem, heldBytes: number, totalBytes: number): void {
    this.#rooms.events.emit("letter:progress", { peer, channel, seq, direction: "in", heldBytes, totalBytes });
  }
}
