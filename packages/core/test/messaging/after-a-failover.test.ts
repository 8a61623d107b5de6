import { describe, expect, test } from "vitest";
import { Acknowledgements } from "../../src/messaging/acknowledgements.ts";
import { askForAccepted } from "../../src/messaging/ask.ts";
import { Correspondent } from "../../src/messaging/correspondent.ts";
import { itemKind, letterUse } from "../../src/messaging/frame.ts";
import { forgetfulOutbox } from "../../src/messaging/journal/outbox-journal.ts";
import type { OutLetter } from "../../src/messaging/out-letter.ts";
import { Outbox } from "../../src/messaging/outbox.ts";
import { ReceiveWindow } from "../../src/messaging/receive-window.ts";
import { Session } from "../../src/messaging/session.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";

const peer = "a".repeat(52);
const draft = { to: peer, channel: "chat", use: letterUse.message, body: new Uint8Array(1), ttlMs: 60_000 };
const ordered = { ...draft, ordered: true };
const sessionOf = (epoch: number) => {
  const instance = { epoch, nonce: String(epoch).repeat(16) };
  return new Session(peer, instance, `${epoch}`, new ReceiveWindow());
};
const ofKind = (session: Session, kind: number) => session.takeControl().filter(([each]) => each === kind);

describe("asking after a link died", () => {
  test("names every accepted letter of the session, and says again what is not to be waited for", () => {
    const correspondent = new Correspondent(peer, () => {});
    const session = sessionOf(1);
    for (let seq = 1; seq <= 4; seq++) {
      const letter = correspondent.write(ordered, 0, () => {});
      letter.join(correspondent.lane(session.key, "chat"));
      letter.session = session.key;
      if (seq > 1) letter.accept();
    }
    const first = correspondent.letters.get(1);
    if (first !== undefined) correspondent.settle(first, { status: "failed", error: "expired" });
    askForAccepted(correspondent, session);
    const items = session.takeControl();
    expect(items).toEqual([
      [itemKind.skip, "chat", 2],
      [itemKind.ask, [2, 3]],
    ]);
  });

  test("leaves out what was sent just now, where it is asked from time to time", () => {
    const correspondent = new Correspondent(peer, () => {});
    const session = sessionOf(1);
    for (const sentAt of [1_000, 9_000]) {
      const letter = correspondent.write(draft, 0, () => {});
      letter.session = session.key;
      letter.sentAt = sentAt;
      letter.accept();
    }
    expect(askForAccepted(correspondent, session, 500)).toBe(false);
    expect(askForAccepted(correspondent, session, 5_000)).toBe(true);
    expect(session.takeControl()).toEqual([[itemKind.ask, [1, 1]]]);
  });

  test("leaves the letters of another session alone", () => {
    const correspondent = new Correspondent(peer, () => {});
    const letter = correspondent.write(draft, 0, () => {});
    letter.session = sessionOf(1).key;
    letter.accept();
    const session = sessionOf(2);
    askForAccepted(correspondent, session);
    expect(session.hasControl).toBe(false);
  });
});

function outboxWith(sessions: readonly Session[]): Outbox {
  const standing = () => [...sessions].sort((a, b) => b.instance.epoch - a.instance.epoch);
  const outbox = new Outbox({
    clock: new HandClock(),
    events: new EventEmitter(),
    options: { ttlMs: 60_000, maxLetterBytes: 1_000, outboxLetters: 100, outboxBytes: 10_000, maxPeers: 4 },
    journal: forgetfulOutbox(),
    record: () => {},
    newest: () => standing()[0],
    sessionOf: (_peer, key) => sessions.find((session) => session.key === key),
    wake: () => {},
    wantWay: () => {},
    suspect: () => {},
  });
  outbox.open([]);
  return outbox;
}

describe("a receiver that was restarted while its old links seem to stand", () => {
  test("gets no later letter of a channel before those that are not settled", () => {
    const [old, young] = [sessionOf(1), sessionOf(2)];
    const sessions = [old];
    const outbox = outboxWith(sessions);
    const first = outbox.post(ordered).seq;
    sessions.push(young);
    const second = outbox.post(ordered).seq;
    const free = outbox.post(draft).seq;
    const letters = outbox.correspondents.find(peer)?.letters;
    const keyOf = (seq: number) => letters?.get(seq)?.session;
    expect([first, second, free].map(keyOf)).toEqual([old.key, old.key, young.key]);
    const correspondent = outbox.correspondents.find(peer);
    const both = [first, second].flatMap((seq) => letters?.get(seq) ?? []);
    for (const letter of both) correspondent?.settle(letter, { status: "confirmed", transport: "t" });
    expect(keyOf(outbox.post(ordered).seq)).toBe(young.key);
  });

  test("takes over, in order, what the old one accepted, once that is gone", () => {
    const [old, young] = [sessionOf(1), sessionOf(2)];
    const sessions = [old];
    const outbox = outboxWith(sessions);
    const posted = [outbox.post(ordered).seq, outbox.post(ordered).seq];
    const letters = outbox.correspondents.find(peer)?.letters;
    letters?.get(posted[0] ?? 0)?.accept();
    sessions.push(young);
    sessions.shift();
    const live = { way: { peer, transport: "t", road: "r", connected: true } };
    Reflect.apply(outbox.linkClosed, outbox, [old, live, false]);
    expect([...young.letters].map(({ seq }) => seq)).toEqual(posted);
    expect([...(letters?.values() ?? [])].map((letter) => letter.item()[6])).toEqual([1, 2]);
  });
});

describe("a letter that was sent again and was handled before", () => {
  /** What is said of the channel's base when the letter is told to be handled. */
  function saidAfter(mark: (letter: Pick<OutLetter, "attempts" | "restored" | "mail">) => void): readonly unknown[] {
    const session = sessionOf(1);
    const outbox = outboxWith([session]);
    const { seq } = outbox.post(ordered);
    const letter = outbox.correspondents.find(peer)?.letters.get(seq);
    if (letter === undefined) throw new Error("no letter");
    letter.attempts = 1;
    mark(letter);
    const clock = new HandClock();
    const acknowledgements = new Acknowledgements({
      clock,
      events: new EventEmitter(),
      outbox,
      record: () => {},
      wake: () => {},
    });
    expect(acknowledgements.read(session, [itemKind.handled, [seq, 1]])).toBe(true);
    return ofKind(session, itemKind.skip);
  }

  test("leaves its place: the receiver may never have given it", () => {
    const again = saidAfter((letter) => {
      letter.attempts = 2;
    });
    const restored = saidAfter((letter) => {
      letter.restored = true;
    });
    expect([again, restored]).toEqual([[[itemKind.skip, "chat", 2]], [[itemKind.skip, "chat", 2]]]);
  });

  test("leaves its place where a mailbox has it too: what the link brought may have been a double of that", () => {
    const left = saidAfter((letter) => {
      letter.mail = { times: 1, refused: 0, dueAt: 0 };
    });
    expect(left).toEqual([[itemKind.skip, "chat", 2]]);
  });

  test("costs nothing where it was sent once", () => {
    expect(saidAfter(() => {})).toEqual([]);
  });
});

test("no base is declared that a later run might use anew", () => {
  const correspondent = new Correspondent(peer, () => {});
  const letter = correspondent.write(draft, 0, () => {});
  correspondent.bound = 0;
  correspondent.settle(letter, { status: "failed", error: "the store is full" });
  expect([correspondent.base, correspondent.declaredBase]).toEqual([2, 1]);
  correspondent.bound = 2_049;
  expect(correspondent.declaredBase).toBe(2);
});
