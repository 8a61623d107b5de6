import { codeOf, describeError } from "../errors/index.ts";
import type { Correspondent } from "../messaging/correspondent.ts";
import { Deque } from "../messaging/deque.ts";
import { letterUse } from "../messaging/frame.ts";
import type { Mailing, OutLetter } from "../messaging/out-letter.ts";
import type { Outbox } from "../messaging/outbox.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { PeerId } from "../ports/identity.ts";
import type { Mailbox } from "../ports/mailbox.ts";
import { maxLetterBodyBytes } from "../security/letter-seal.ts";
import { deadline } from "../system/deadline.ts";
import type { CardBook } from "./card-book.ts";
import { encodeMail, type MailContent } from "./mail-content.ts";
import type { SealRoom } from "./seal-room.ts";

export interface MailOutRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly outbox: Outbox;
  readonly cards: CardBook;
  readonly seals: SealRoom;
  readonly mailboxes: readonly Mailbox[];
  /** Its plugin is disabled. */
  readonly isOff: (mailbox: Mailbox) => boolean;
  readonly isConnected: (peer: PeerId) => boolean;
}

/** How long a letter waits for a way before it goes to a mailbox, in milliseconds. */
const graceMs = 2_000;
const beatMs = 1_000;
/** A letter still unanswered is deposited again after 1, 2, 4 … 60 minutes: its keeper may have lost it. */
const againFirstMs = 60_000;
const againMostMs = 3_600_000;
/** One that no keeper took is sealed and offered anew after 2, 4 … 30 s, or as soon as a keeper is back. */
const refusedFirstMs = 2_000;
const refusedMostMs = 30_000;
const depositTimeoutMs = 10_000;
/** Letters sealed at a time. */
const maxSealing = 16;

/** A peer's due letters, found as they are asked for. */
interface Turn {
  readonly correspondent: Correspondent;
  readonly letters: Iterator<OutLetter, undefined>;
}

/** Leaves sealed letters for peers that are away. Each stays in the outbox until it is answered, or expires. */
export class MailOut {
  readonly #rooms: MailOutRooms;
  #timer: Disposable | undefined;
  /** After a keeper came back nothing is left for this long. Monotonic ms. */
  #notBefore = 0;
  #stop = new AbortController();
  #sealing = 0;
  /** Peers whose turn is to come, in a round: with letters that no mailbox had, and with those left again. */
  readonly #firsts = new Deque<Turn>();
  readonly #repeats = new Deque<Turn>();
  /** Who was served last: the next round begins after it. */
  #last: PeerId | undefined;

  constructor(rooms: MailOutRooms) {
    this.#rooms = rooms;
  }

  open(): void {
    if (this.#rooms.mailboxes.length === 0) return;
    this.#stop = new AbortController();
    this.#beat();
  }

  close(reason: unknown): void {
    this.#stop.abort(reason);
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#firsts.clear();
    this.#repeats.clear();
  }

  /** A keeper is back, and may have forgotten: every letter that was deposited is due again. */
  depositAgain(): void {
    // Peers come back with the relay they left by: a way may stand in a moment.
    this.#notBefore = this.#rooms.clock.now() + graceMs;
    for (const { letters } of this.#rooms.outbox.correspondents.all()) {
      for (const { mail } of letters.values()) if (mail !== undefined) Object.assign(mail, { refused: 0, dueAt: 0 });
    }
  }

  /** Seals and deposits. Resolves to the mailboxes that have it. */
  async deposit(to: PeerId, seq: number, ttlMs: number, content: MailContent): Promise<readonly Mailbox[]> {
    const { cards, seals, clock } = this.#rooms;
    const card = cards.find(to);
    const mailboxes = this.#mailboxes();
    if (card === undefined || mailboxes.length === 0) return [];
    const sealed = await seals.seal(card, seq, Math.floor(clock.wall() + ttlMs), encodeMail(content));
    // Answers have no sequence of their own, and each says something else.
    const name = seq === 0 ? undefined : seals.nameOf(to, seq);
    const taken = await Promise.all(mailboxes.map((mailbox) => this.#leave(mailbox, to, sealed, ttlMs, name)));
    return taken.flatMap((mailbox) => mailbox ?? []);
  }

  async #leave(
    mailbox: Mailbox,
    to: PeerId,
    sealed: Uint8Array,
    ttlMs: number,
    name: string | undefined,
  ): Promise<Mailbox | undefined> {
    const { clock, events } = this.#rooms;
    const late = deadline(
      this.#stop.signal,
      clock,
      depositTimeoutMs,
      () => new DOMException("no answer", "TimeoutError"),
    );
    try {
      await mailbox.deposit(to, sealed, ttlMs, { signal: late.signal, name });
      return mailbox;
    } catch (error) {
      const code = codeOf(error, "MAILBOX_FAILED");
      if (!this.#stop.signal.aborted)
        events.emit("mailbox:failed", { mailbox: mailbox.id, code, detail: describeError(error) });
      return undefined;
    } finally {
      late[Symbol.dispose]();
    }
  }

  #beat(): void {
    this.#timer = this.#rooms.clock.timer(beatMs, () => this.#beat());
    if (this.#rooms.clock.now() < this.#notBefore || this.#mailboxes().length === 0) return;
    const peers = [...this.#rooms.outbox.correspondents.all()].filter((each) => this.#isAway(each));
    const after = peers.findIndex(({ peer }) => peer === this.#last) + 1;
    const round = [...peers.slice(after), ...peers.slice(0, after)];
    const turns = (again: boolean) =>
      round.map((correspondent) => ({ correspondent, letters: this.#due(correspondent, again) }));
    this.#firsts.reset(turns(false));
    this.#repeats.reset(turns(true));
    this.#pump();
  }

  #mailboxes(): readonly Mailbox[] {
    return this.#rooms.mailboxes.filter((mailbox) => !this.#rooms.isOff(mailbox));
  }

  #isAway({ peer, letters }: Correspondent): boolean {
    return letters.size > 0 && !this.#rooms.isConnected(peer) && this.#rooms.cards.has(peer);
  }

  *#due(correspondent: Correspondent, again: boolean): Generator<OutLetter, undefined> {
    for (const letter of correspondent.letters.values()) {
      // As over a link: no sequence goes out before its bound is durable, or beyond the receiver's window.
      if (!correspondent.inWindow(letter.seq) || !this.#isAway(correspondent)) return;
      if ((letter.mail?.times ?? 0) > 0 === again && isDue(letter, this.#rooms.clock.now())) yield letter;
    }
  }

  /** A letter of each peer in its turn, as long as sealing has room: what no mailbox has goes before what one may have lost. */
  #pump(): void {
    for (const round of [this.#firsts, this.#repeats]) {
      while (this.#sealing < maxSealing) {
        const turn = round.shift();
        if (turn === undefined) break;
        const { value: letter } = turn.letters.next();
        if (letter === undefined) continue;
        round.push(turn);
        this.#last = turn.correspondent.peer;
        void this.#send(turn.correspondent, letter, this.#rooms.clock.now());
      }
    }
  }

  /** No keeper took it. @param times how often one had taken it before @param refused how often none had since */
  #refused(mail: Mailing, times: number, refused: number): void {
    mail.times = times;
    // A keeper came back meanwhile: it is due at once.
    if (mail.dueAt === 0) return;
    mail.refused = refused + 1;
    mail.dueAt = this.#rooms.clock.now() + Math.min(refusedFirstMs * 2 ** refused, refusedMostMs);
  }

  async #send(correspondent: Correspondent, letter: OutLetter, now: number): Promise<void> {
    const { seals, events } = this.#rooms;
    const { times = 0, refused = 0 } = letter.mail ?? {};
    const mail = { times: times + 1, refused: 0, dueAt: now + Math.min(againFirstMs * 2 ** times, againMostMs) };
    letter.mail = mail;
    this.#sealing++;
    try {
      const { channel, body } = letter.draft;
      const ttlMs = Math.max(1, Math.ceil(letter.deadline - now));
      const { declaredBase: base } = correspondent;
      const content = { kind: "message", channel, ttlMs, base, body, card: seals.card } as const;
      const [first] = await this.deposit(letter.draft.to, letter.seq, ttlMs, content);
      if (first === undefined) this.#refused(mail, times, refused);
      else {
        events.emit("letter:relayed", { to: letter.draft.to, channel, mailbox: first.id, times: mail.times });
        letter.relayed();
        letter.settle({ status: "relayed", transport: first.id });
      }
    } catch (error) {
      events.emit("mailbox:failed", {
        mailbox: "seal",
        code: codeOf(error, "MAILBOX_FAILED"),
        detail: describeError(error),
      });
    } finally {
      this.#sealing--;
      this.#pump();
    }
  }
}

function isDue(letter: OutLetter, now: number): boolean {
  if (
    letter.settled ||
    letter.accepted ||
    letter.draft.instance !== undefined ||
    letter.draft.use !== letterUse.message ||
    letter.draft.body.length > maxLetterBodyBytes - 1_024
  )
    return false;
  return now >= (letter.mail?.dueAt ?? letter.writtenAt + graceMs);
}
