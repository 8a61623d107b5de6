import { expect, test } from "vitest";
import { Switchboard } from "../../src/connecting/switchboard.ts";
import { SwarmError } from "../../src/errors/index.ts";
import type { MailRates } from "../../src/mail/mail-budget.ts";
import { encodeMail } from "../../src/mail/mail-content.ts";
import { MailIn } from "../../src/mail/mail-in.ts";
import { forgetfulSeen } from "../../src/messaging/journal/seen-journal.ts";
import { Ledger } from "../../src/messaging/ledger.ts";
import type { LetterSource, Taken } from "../../src/messaging/letter-desk.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock, settle } from "../hand-clock.ts";

const bob = identityFromSecret(new Uint8Array(32).fill(2)).id;
const instance = { epoch: 1, nonce: "0011223344556677" };
const none = new Uint8Array();
const day = 86_400_000;
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
    ledger: new Ledger(8, forgetfulSeen(), clock),
    acknowledgements: {},
    book: { ofOrigin: () => undefined },
    out: { deposit: async () => [] },
    switchboard: new Switchboard(),
    wake: () => {},
    origin: () => instance,
    mailboxes: [{ id: "keeper", deposit: async () => {}, collect }],
  } as never);
  mailIn.open();
  const gray = () => {
    grayUntil = 1;
  };
  return {
    refused,
    gray,
    give: async () => {
      await settle();
      return give(none);
    },
  };
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

/** A room with many senders: each letter's first byte is its sender, its second the sequence. A real desk's windows tell doubles. */
function crowd(o: { readonly mailWindow?: (ledger: Ledger) => Ledger["mailWindow"]; readonly rates?: MailRates } = {}) {
  const clock = new HandClock();
  const events = new EventEmitter();
  const refused: string[] = [];
  events.on("mailbox:refused", ({ code }) => refused.push(code));
  const ledger = new Ledger(8, forgetfulSeen(), clock);
  const handled: string[] = [];
  let opened = 0;
  let give: (letter: Uint8Array) => void | Promise<void> = () => {};
  const openLetter = async ([sender, seq, key]: Uint8Array) => {
    opened++;
    if (key === 9) throw new SwarmError("LETTER_KEY_UNKNOWN", "for another device");
    return { from: `sender ${sender}`, instance, seq, expiresAt: day, body: message };
  };
  const mailIn = new MailIn({
    clock,
    events,
    door: { refusedUntil: () => undefined },
    seals: { card: none, openLetter },
    cards: { note: () => {} },
    desk: {
      take: (source: LetterSource, item: readonly [number, number]): Taken => {
        const isNew = source.window.state(item[1]) === "new";
        source.window.handle(item[1]);
        if (isNew) handled.push(source.peer);
        source.handled(item[1]);
        return isNew ? "new" : "double";
      },
    },
    ledger: { advance: () => {}, mailWindow: o.mailWindow?.(ledger) ?? ledger.mailWindow.bind(ledger) },
    acknowledgements: {},
    book: { ofOrigin: () => undefined },
    out: { deposit: async () => [] },
    switchboard: new Switchboard(),
    wake: () => {},
    origin: () => instance,
    mailboxes: [
      {
        id: "keeper",
        deposit: async () => {},
        collect: async (taker: typeof give, { signal }: { readonly signal: AbortSignal }) => {
          give = taker;
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        },
      },
    ],
    ...(o.rates === undefined ? {} : { rates: o.rates }),
  } as never);
  mailIn.open();
  const letter = async (...bytes: number[]) => {
    await settle();
    return give(Uint8Array.from(bytes));
  };
  return { mailIn, clock, ledger, letter, handled, refused, opened: () => opened };
}

/** A letter, a flood of strangers' letters and links, and the letter again. */
async function replayAfterFlood(room: ReturnType<typeof crowd>): Promise<number> {
  await room.letter(1, 1);
  for (let n = 2; n < 30; n++) await room.letter(n, 1).catch(() => {});
  for (let n = 0; n < 30; n++) room.ledger.window(`link ${n}`, "1.a");
  for (let n = 0; n < 30; n++) room.ledger.window("sender 1", `${n}.b`);
  await room.letter(1, 1).catch(() => {});
  return room.handled.filter((each) => each === "sender 1").length;
}

test("a letter that was captured is not delivered again while it lives, however many strangers write", async () => {
  const room = crowd();
  expect(await replayAfterFlood(room)).toBe(1);
  expect(room.refused).toContain("LEDGER_FULL");
  // What was kept back comes in once the others' time has ended.
  await room.clock.advance(day + 2 * 3_600_000);
  await expect(room.letter(29, 1)).resolves.toBeUndefined();
  expect(room.handled).toContain("sender 29");
});

test("ablation: where mail holds no place, the same letter is delivered twice", async () => {
  const room = crowd({ mailWindow: (ledger) => (peer, origin) => ledger.window(peer, origin) });
  expect(await replayAfterFlood(room)).toBe(2);
});

test("a mailbox is paced: what is over waits, what is far over stays there, and a stop sends all away", async () => {
  const room = crowd({
    rates: { mailbox: { capacity: 4, perSecond: 2 }, sender: { capacity: 99, perSecond: 99 } },
  });
  const given = Array.from({ length: 12 }, (_, n) => room.letter(1, n + 1));
  const ends = Promise.allSettled(given);
  await settle();
  expect(room.opened()).toBe(4);
  await room.clock.advance(1_000);
  expect(room.opened()).toBe(6);
  room.mailIn.close(new Error("stopped"));
  const reasons = (await ends).flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
  expect(reasons.filter((reason) => /RATE_EXCEEDED|letters a second/.test(reason))).toHaveLength(4);
  expect(reasons.filter((reason) => reason.includes("stopped"))).toHaveLength(2);
  expect(room.clock.pending).toBe(0);
});

test("one sender's letters have a rate of their own; others come in meanwhile", async () => {
  const room = crowd({
    rates: { mailbox: { capacity: 99, perSecond: 99 }, sender: { capacity: 2, perSecond: 1 } },
  });
  const ends = await Promise.allSettled([1, 2, 3, 4].map((seq) => room.letter(1, seq)));
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
  await expect(room.letter(2, 1)).resolves.toBeUndefined();
  await room.clock.advance(1_000);
  await expect(room.letter(1, 3)).resolves.toBeUndefined();
  expect(room.refused).toEqual(["RATE_EXCEEDED", "RATE_EXCEEDED"]);
});

test("a letter for a key of another device is kept for it, told of once, and looked at once", async () => {
  const room = crowd();
  for (let times = 0; times < 5; times++)
    await expect(room.letter(1, 1, 9)).rejects.toMatchObject({ code: "LETTER_KEY_UNKNOWN" });
  expect({ opened: room.opened(), refused: room.refused }).toEqual({ opened: 1, refused: ["LETTER_KEY_UNKNOWN"] });
});
