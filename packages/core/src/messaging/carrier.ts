import type { Clock } from "../ports/clock.ts";
import type { RoutePolicy } from "../ports/routing.ts";
import { batches } from "./batches.ts";
import type { Correspondents } from "./correspondents.ts";
import { encodeFrame, type FrameItem, frameOverheadBytes, hasRanges, itemKind, itemOverheadBytes } from "./frame.ts";
import { FrameWriter } from "./frame-writer.ts";
import { leastPieceBytes, maxChannelNameLength } from "./limits.ts";
import type { LiveLink } from "./live-link.ts";
import type { OutLetter } from "./out-letter.ts";
import { type Pieces, pieceOf } from "./pieces.ts";
import type { Session } from "./session.ts";
import { besideMs, isMeasureDue } from "./standby-measure.ts";

export interface CarrierRooms {
  readonly clock: Clock;
  readonly routes: RoutePolicy;
  readonly correspondents: Correspondents;
  /** A letter was handed over whole. */
  readonly sent: (letter: OutLetter, live: LiveLink, now: number) => void;
  /** A piece of a letter was handed over. */
  readonly pieceSent: (letter: OutLetter, pieces: Pieces, live: LiveLink, now: number) => void;
  /** A few letters were handed over, and nothing that would hold up their answer. */
  readonly awaits: (session: Session, live: LiveLink, now: number) => void;
  /** Asks a link that does not carry how far it is. */
  readonly measure: (session: Session, live: LiveLink) => void;
  /** A send threw: the link is as good as dead. */
  readonly drop: (session: Session, live: LiveLink, detail: string) => void;
}

/** How long a ranking of a session's links is trusted. */
const rankMs = 250;
/** A frame of fewer bytes does not hold up its own answer. */
const promptBytes = 16_384;
/** What a frame with one piece takes beside the piece, at most. */
const pieceOverheadBytes = frameOverheadBytes + itemOverheadBytes + maxChannelNameLength;

/** Packs what sessions hold into frames at the end of each turn and hands them to links. */
export class Carrier {
  readonly #rooms: CarrierRooms;
  readonly #awake = new Set<Session>();
  readonly #never = new AbortController().signal;
  /** Of the frame that is being packed; the link has sealed it when `send` returns. */
  readonly #writer = new FrameWriter();
  /** A microtask without more: of one by `queueMicrotask` Node makes an `AsyncResource`. */
  readonly #turn = Promise.resolve();
  readonly #endTurn = () => {
    this.#scheduled = false;
    this.#carryAwake();
  };
  #scheduled = false;
  #isLate = false;

  constructor(rooms: CarrierRooms) {
    this.#rooms = rooms;
  }

  /** This session has something to send. */
  wake(session: Session): void {
    this.#awake.add(session);
    if (this.#scheduled) return;
    this.#scheduled = true;
    void this.#turn.then(this.#endTurn);
  }

  /** As `wake`, once what has arrived is read: its answers leave in one frame. Whatever wakes sooner takes them along. */
  wakeLater(session: Session): void {
    const { clock } = this.#rooms;
    if (clock.afterTurn === undefined) return this.wake(session);
    this.#awake.add(session);
    if (this.#isLate) return;
    this.#isLate = true;
    clock.afterTurn(() => {
      this.#isLate = false;
      this.#carryAwake();
    });
  }

  #carryAwake(): void {
    const sessions = [...this.#awake];
    this.#awake.clear();
    for (const each of sessions) this.#carry(each);
  }

  /** Sends one item at once on one link, as pings must. */
  sendNow(session: Session, live: LiveLink, item: FrameItem): void {
    this.#send(session, live, [item], this.#rooms.clock.now());
  }

  #carry(session: Session): void {
    const now = this.#rooms.clock.now();
    const best = this.#best(session, now);
    if (session.hasControl) this.#carryControl(session, best, now);
    if (best === undefined || best.blocked) return;
    const spread: Copy[] = [];
    while (best.usable && !best.blocked) {
      const sentLetters = this.#carryLetters(session, best, now, spread);
      const sentPiece = best.usable && !best.blocked && this.#carryPiece(session, best, now, spread);
      if (!sentLetters && !sentPiece) break;
    }
    if (spread.length > 0) this.#carrySpread(session, best, spread, now);
  }

  /** Acknowledgements go back the way the letters came. */
  #carryControl(session: Session, best: LiveLink | undefined, now: number): void {
    const reply = session.replyLink;
    const live = reply !== undefined && !reply.closed ? reply : (best ?? session.links[0]);
    if (live === undefined || live.blocked) return;
    for (const batch of batches(session.takeControl(), live.link.maxFrameBytes)) this.#send(session, live, batch, now);
  }

  #carryLetters(session: Session, live: LiveLink, now: number, spread: Copy[]): boolean {
    const correspondent = this.#rooms.correspondents.find(session.peer);
    if (correspondent === undefined) return false;
    const limit = live.link.maxFrameBytes;
    this.#writer.begin();
    for (let letter = session.letters.peek(); letter !== undefined; letter = session.letters.peek()) {
      if (letter.settled) {
        session.letters.shift();
        continue;
      }
      if (!correspondent.inWindow(letter.seq) || !letter.inOrder) break;
      const size = letter.frameBytes;
      const most = letter.draft.spread ? this.#pieceLimit(session, letter, live) : limit;
      if (size + frameOverheadBytes > most) {
        session.letters.shift();
        letter.live = live;
        session.bulk.push(letter);
        continue;
      }
      if (this.#writer.bytes + size > limit) break;
      session.letters.shift();
      this.#rooms.sent(letter, live, now);
      const item = letter.item();
      this.#writer.letter(item);
      if (letter.draft.spread) spread.push({ item, spread: letter.draft.spread });
    }
    if (this.#writer.items === 0) return false;
    if (live.awaitedSince === undefined && this.#writer.bytes < promptBytes && session.bulk.size === 0 && isClear(live))
      this.#rooms.awaits(session, live, now);
    return this.#sendFrame(session, live, this.#writer.end(correspondent.base), now);
  }

  /** The pieces of one letter keep to one link while it stands, whichever is the best meanwhile: so they arrive in order. */
  #carryPiece(session: Session, best: LiveLink, now: number, spread: Copy[]): boolean {
    const letter = session.bulk.shift();
    if (letter === undefined) return false;
    if (letter.settled) return true;
    const live = letter.live ?? best;
    if (live.closed) return true;
    if (live.blocked) {
      session.bulk.putBack(letter);
      return false;
    }
    const pieces = letter.cut();
    const slice = pieces.next(Math.min(live.pieceBytes, this.#pieceLimit(session, letter, live) - pieceOverheadBytes));
    const isOut = pieces.isOut;
    if (isOut) this.#rooms.sent(letter, live, now);
    else session.bulk.putBack(letter);
    if (slice !== undefined) {
      this.#rooms.pieceSent(letter, pieces, live, now);
      const item = letter.item();
      if (letter.draft.spread) spread.push({ item: pieceOf(item, slice), spread: letter.draft.spread });
      this.#writer.begin();
      this.#writer.piece(item, slice.from, slice.to);
      this.#sendFrame(session, live, this.#writer.end(this.#base(session)), now);
    }
    // Behind its last piece on the same link: the answer tells what is missing for good.
    if (isOut && pieces.resumed) this.#send(session, live, [[itemKind.ask, [letter.seq, 1]]], now);
    return true;
  }

  #pieceLimit(session: Session, letter: OutLetter, live: LiveLink): number {
    const links = letter.draft.spread ? session.links : [live];
    return Math.min(...links.map((each) => each.link.maxFrameBytes));
  }

  /** Copies for the other ways: one a transport, or for a race the next best alone. */
  #carrySpread(session: Session, best: LiveLink, copies: readonly Copy[], now: number): void {
    const served = new Set([best.way.transport]);
    const others = this.#ranked(
      session,
      session.links.filter((live) => live.usable && !live.blocked && live !== best),
    );
    for (const [place, live] of others.entries()) {
      const fresh = !served.has(live.way.transport);
      served.add(live.way.transport);
      const items = copies.filter(({ spread }) => (spread === "race" ? place === 0 : fresh)).map(({ item }) => item);
      for (const batch of batches(items, live.link.maxFrameBytes)) this.#send(session, live, batch, now);
    }
  }

  #send(session: Session, live: LiveLink, items: readonly FrameItem[], now: number): boolean {
    if (items.length === 0 || live.closed) return false;
    return this.#sendFrame(session, live, this.#written(this.#base(session), items), now);
  }

  /** The one answer to a letter is half of what is said at all: it has a shorter way. */
  #written(base: number, items: readonly FrameItem[]): Uint8Array {
    if (!items.every(hasRanges)) return encodeFrame(base, items);
    this.#writer.begin();
    for (const item of items) this.#writer.ranges(item);
    return this.#writer.end(base);
  }

  #base(session: Session): number {
    return this.#rooms.correspondents.find(session.peer)?.declaredBase ?? 1;
  }

  #sendFrame(session: Session, live: LiveLink, frame: Uint8Array, now: number): boolean {
    live.lastSentAt = now;
    if (frame.length >= leastPieceBytes) live.largeAt = now;
    try {
      if (!live.link.send(frame)) this.#block(session, live);
      return true;
    } catch (error) {
      this.#rooms.drop(session, live, error instanceof Error ? error.message : "send failed");
      return false;
    }
  }

  #block(session: Session, live: LiveLink): void {
    live.blocked = true;
    const unblock = () => {
      live.blocked = false;
      if (!live.closed) this.wake(session);
    };
    live.link.drained({ signal: this.#never }).then(unblock, unblock);
  }

  #best(session: Session, now: number): LiveLink | undefined {
    if (now < session.rankedUntil && session.best?.usable) return session.best;
    const usable = session.links.filter((live) => live.usable);
    session.rankedUntil = now + rankMs;
    const [best, ...others] = this.#ranked(session, usable);
    session.best = best;
    if (best !== undefined) for (const live of others) this.#measure(session, live, best, now);
    return best;
  }

  #measure(session: Session, standby: LiveLink, carrying: LiveLink, now: number): void {
    if (!isMeasureDue(standby, carrying, now)) return;
    standby.besideMs = besideMs(standby, carrying);
    this.#rooms.measure(session, standby);
  }

  /** Best first. */
  #ranked(session: Session, usable: readonly LiveLink[]): LiveLink[] {
    if (usable.length < 2) return [...usable];
    const byWay = new Map(usable.map((live) => [live.way, live]));
    return this.#rooms.routes.rank([...byWay.keys()], session.peer).flatMap((way) => byWay.get(way) ?? []);
  }
}

/** Nothing large that is still on its way holds up an answer, as far as the medium tells. */
function isClear({ largeAt, lastHeardAt, link }: LiveLink): boolean {
  return lastHeardAt > largeAt && link.connection.bufferedBytes < promptBytes;
}

/** A letter or piece that goes by further ways too. */
interface Copy {
  readonly item: FrameItem;
  readonly spread: "race" | "all";
}
