import { expect, test } from "vitest";
import { encodeMail } from "../../src/mail/mail-content.ts";
import { MailIn } from "../../src/mail/mail-in.ts";
import { forgetfulSeen } from "../../src/messaging/journal/seen-journal.ts";
import { Ledger } from "../../src/messaging/ledger.ts";
import type { LetterSource, Taken } from "../../src/messaging/letter-desk.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";

const bob = identityFromSecret(new Uint8Array(32).fill(2)).id;
const instance = { epoch: 1, nonce: "0011223344556677" };
const none = new Uint8Array();
const message = encodeMail({ kind: "message", channel: "chat", ttlMs: 1_000, base: 1, body: none, card: none });

/** @param take what becomes of a letter at the desk */
function stage(take: (source: LetterSource, seq: number) => Taken, body = message) {
  const clock = new HandClock();
  const events = new EventEmitter();
  const refused: string[] = [];
  events.on("mailbox:refused", ({ code }) => refused.push(code));
  let give: (letter: Uint8Array) => void | Promise<void> = () => {};
  const collect = async (taker: typeof give) => {
    give = taker;
  };
  let grayUntil: number | undefined;
  const mailIn = new MailIn({
    clock,
    events,
    door: { refusedUntil: () => grayUntil },
    seals: { card: none, openLetter: async () => ({ from: bob, instance, seq: 5, expiresAt: 1_000, body }) },
    cards: { note: () => {} },
    desk: { take: (source: LetterSource, item: readonly [number, number]) => take(source, item[1]) },
    ledger: new Ledger(8, forgetfulSeen()),
    acknowledgements: {},
    book: { ofOrigin: () => undefined },
    out: { deposit: async () => [] },
    wake: () => {},
    origin: () => instance,
    mailboxes: [{ id: "keeper", deposit: async () => {}, collect }],
  } as never);
  mailIn.open();
  const gray = () => {
    grayUntil = 1;
  };
  return { refused, gray, give: async () => give(none) };
}

test("a letter that comes again while its handler runs is kept, and holds up nobody", async () => {
  const { give } = stage(() => "double");
  await expect(give()).rejects.toThrow("double");
});

test("a double that has its answer may go", async () => {
  const { give } = stage((source, seq) => {
    source.handled(seq);
    return "double";
  });
  await expect(give()).resolves.toBeUndefined();
});

test("a letter that finds no room once the store has it as begun is kept", async () => {
  const { give } = stage((source, seq) => {
    queueMicrotask(() => source.overflowed(seq));
    return "new";
  });
  await expect(give()).rejects.toThrow("overflow");
});

test("who is refused at the door comes in by no mailbox either; nonsense is named", async () => {
  let taken = 0;
  const take = (source: LetterSource, seq: number): Taken => {
    taken++;
    source.handled(seq);
    return "new";
  };
  const fine = stage(take);
  await fine.give();
  fine.gray();
  await fine.give();
  expect({ taken, refused: fine.refused }).toEqual({ taken: 1, refused: ["PEER_GRAYLISTED"] });
  const nonsense = stage(take, Uint8Array.of(0xa0));
  await nonsense.give();
  expect({ taken, refused: nonsense.refused }).toEqual({ taken: 1, refused: ["LETTER_INVALID"] });
});
