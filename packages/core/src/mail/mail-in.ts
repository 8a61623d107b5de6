import type { Switchboard } from "../connecting/switchboard.ts";
import type { Door } from "../door/door.ts";
import { codeOf, describeError, SwarmError } from "../errors/index.ts";
import type { Acknowledgements } from "../messaging/acknowledgements.ts";
import type { ConnectionBook } from "../messaging/connection-book.ts";
import { itemKind, letterUse } from "../messaging/frame.ts";
import type { Ledger } from "../messaging/ledger.ts";
import type { LetterDesk, LetterSource } from "../messaging/letter-desk.ts";
import { instanceKey } from "../messaging/link.ts";
import type { Session } from "../messaging/session.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventBus } from "../ports/events.ts";
import type { Instance, PeerId } from "../ports/identity.ts";
import type { Mailbox } from "../ports/mailbox.ts";
import type { OpenedLetter } from "../security/letter-seal.ts";
import { pause } from "../system/pause.ts";
import type { CardBook } from "./card-book.ts";
import { MailBudget, type MailPace, type MailRates } from "./mail-budget.ts";
import { decodeMail, type MailContent, maxAnswers } from "./mail-content.ts";
import type { MailOut } from "./mail-out.ts";
import type { SealRoom } from "./seal-room.ts";
import { StrangeLetters } from "./strange-letters.ts";

export interface MailInRooms {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly door: Pick<Door, "refusedUntil">;
  readonly seals: SealRoom;
  readonly cards: CardBook;
  readonly desk: LetterDesk;
  readonly ledger: Ledger;
  readonly acknowledgements: Acknowledgements;
  readonly book: ConnectionBook;
  readonly switchboard: Switchboard;
  readonly out: MailOut;
  readonly wake: (session: Session) => void;
  readonly origin: () => Instance;
  readonly mailboxes: readonly Mailbox[];
  /** For tests; defaults of the budget otherwise. */
  readonly rates?: MailRates;
}

/** A mailbox whose collecting ended is asked again after so long, in milliseconds. */
const againMs = 5_000;
/** An answer may wait so long in a mailbox. */
const answerTtlMs = 86_400_000;

/** How long answers gather, and for how many senders at most. */
const gatherMs = 250;
const maxWaiting = 256;

interface Answer {
  readonly to: PeerId;
  readonly origin: string;
  readonly handled: number[];
  readonly failed: (readonly [seq: number, code: string, text: string])[];
}

/** Collects sealed letters, opens them, hands them in like any other, and answers. */
export class MailIn {
  readonly #rooms: MailInRooms;
  #stop = new AbortController();
  readonly #answers = new Map<string, Answer>();
  readonly #strange = new StrangeLetters();
  readonly #budget: MailBudget;
  #timer: Disposable | undefined;

  constructor(rooms: MailInRooms) {
    this.#rooms = rooms;
    this.#budget = new MailBudget(rooms.clock, rooms.rates);
  }

  open(): void {
    this.#stop = new AbortController();
    for (const mailbox of this.#rooms.mailboxes) void this.#keep(mailbox, this.#stop.signal);
  }

  close(reason: unknown): void {
    this.#flush();
    this.#stop.abort(reason);
    this.#strange.clear();
    this.#budget.clear();
  }

  async #keep(mailbox: Mailbox, signal: AbortSignal): Promise<void> {
    const pace = this.#budget.pace();
    signal.addEventListener("abort", () => pace.end(signal.reason), { once: true });
    while (!signal.aborted) {
      try {
        for await (const turn of this.#rooms.switchboard.turns(mailbox, { signal }))
          await mailbox.collect((letter) => this.#take(mailbox, pace, letter), turn);
      } catch (error) {
        if (signal.aborted) return;
        this.#rooms.events.emit("mailbox:failed", {
          mailbox: mailbox.id,
          code: codeOf(error, "MAILBOX_FAILED"),
          detail: describeError(error),
        });
      }
      await pause(this.#rooms.clock, againMs, signal);
    }
  }

  /** Resolves when the mailbox may delete the letter; rejects when it is to be kept. */
  async #take(mailbox: Mailbox, pace: MailPace, letter: Uint8Array): Promise<void> {
    // Told of once; the key it is for does not come later.
    if (this.#strange.has(letter)) throw new SwarmError("LETTER_KEY_UNKNOWN", "the letter came before");
    await pace.turn();
    let opened: OpenedLetter;
    try {
      opened = await this.#rooms.seals.openLetter(letter);
    } catch (error) {
      const code = codeOf(error, "LETTER_INVALID");
      if (code !== "LETTER_KEY_UNKNOWN") return this.#refuse(mailbox, code, describeError(error));
      // It may be for another device of ours, which collects from the same mailbox.
      this.#strange.add(letter);
      return this.#keepBack(mailbox, code, describeError(error));
    }
    const { from, body } = opened;
    // Who is refused at the door comes in by no other way. An honest one leaves the letter again.
    if (this.#rooms.door.refusedUntil(from) !== undefined)
      return this.#refuse(mailbox, "PEER_GRAYLISTED", `${from} misbehaved, and is refused`);
    if (!this.#budget.allows(from)) return this.#keepBack(mailbox, "RATE_EXCEEDED", `${from} left too much at a time`);
    const content = decodeMail(body);
    if (content === undefined) return this.#refuse(mailbox, "LETTER_INVALID", `${from} wrote what is no mail`);
    this.#rooms.cards.note(from, content.card, "letter");
    if (content.kind === "answer") this.#hear(mailbox, opened, content);
    else await this.#deliver(mailbox, opened, content);
  }

  #refuse(mailbox: Mailbox, code: string, detail: string): void {
    this.#rooms.events.emit("mailbox:refused", { mailbox: mailbox.id, code, detail });
  }

  /** The letter stays in its mailbox, and is given again later. */
  #keepBack(mailbox: Mailbox, code: string, detail: string): Promise<never> {
    this.#refuse(mailbox, code, detail);
    return Promise.reject(new SwarmError(code, detail));
  }

  #deliver(
    mailbox: Mailbox,
    { from, instance, seq, expiresAt }: OpenedLetter,
    content: MailContent & { readonly kind: "message" },
  ): Promise<void> {
    const { ledger, desk, book, wake } = this.#rooms;
    const origin = instanceKey(instance);
    const window = ledger.mailWindow(from, origin, expiresAt);
    if (window === undefined)
      return this.#keepBack(mailbox, "LEDGER_FULL", `what others left is remembered first; ${from} waits`);
    ledger.advance(from, origin, window, Math.min(content.base, seq));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const reply = (say: (session: Session) => void, answer: (waiting: Answer) => void) => {
      resolve();
      const session = book.ofOrigin(from, origin);
      if (session === undefined) return this.#answerLater(from, origin, answer);
      say(session);
      wake(session);
    };
    const source: LetterSource = {
      peer: from,
      origin,
      instance: undefined,
      window,
      transport: mailbox.id,
      accepted: () => {},
      handled: (each) =>
        reply(
          (session) => session.acknowledgeHandled(each),
          (answer) => answer.handled.push(each),
        ),
      failed: (each, code, text) =>
        reply(
          (session) => session.acknowledgeFailed([itemKind.failed, each, code, text]),
          (answer) => answer.failed.push([each, code, text]),
        ),
      overflowed: () => reject(new Error("the letter is overflow")),
      flush: () => {},
    };
    const taken = desk.take(source, [
      itemKind.letter,
      seq,
      content.channel,
      letterUse.message,
      content.ttlMs,
      content.body,
    ]);
    // A double of one that is still with its handler has no answer yet: it is asked about later, and holds up nothing till then.
    if (taken !== "new") reject(new Error(`the letter is ${taken}`));
    return promise;
  }

  /** The sender may be away by now: answers gather, and wait in a mailbox too. */
  #answerLater(to: PeerId, origin: string, add: (answer: Answer) => void): void {
    const key = `${to} ${origin}`;
    const answer = this.#answers.get(key) ?? { to, origin, handled: [], failed: [] };
    this.#answers.set(key, answer);
    add(answer);
    if (answer.handled.length + answer.failed.length >= maxAnswers || this.#answers.size > maxWaiting) this.#flush();
    else this.#timer ??= this.#rooms.clock.timer(gatherMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const answers = [...this.#answers.values()];
    this.#answers.clear();
    for (const answer of answers) void this.#answer(answer);
  }

  async #answer({ to, origin, handled, failed }: Answer): Promise<void> {
    const { out, seals, events } = this.#rooms;
    try {
      await out.deposit(to, 0, answerTtlMs, { kind: "answer", origin, handled, failed, card: seals.card });
    } catch (error) {
      events.emit("mailbox:failed", {
        mailbox: "seal",
        code: codeOf(error, "MAILBOX_FAILED"),
        detail: describeError(error),
      });
    }
  }

  #hear(
    mailbox: Mailbox,
    { from }: OpenedLetter,
    { origin, handled, failed }: MailContent & { readonly kind: "answer" },
  ): void {
    if (origin !== instanceKey(this.#rooms.origin())) return;
    for (const seq of handled) this.#rooms.acknowledgements.answered(from, seq, mailbox.id);
    for (const [seq, code, text] of failed)
      this.#rooms.acknowledgements.answered(from, seq, mailbox.id, { code, text });
  }
}
