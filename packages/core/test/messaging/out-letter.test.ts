import { describe, expect, test } from "vitest";
import { Correspondent } from "../../src/messaging/correspondent.ts";
import { itemKind, letterUse } from "../../src/messaging/frame.ts";
import { forgetfulOutbox } from "../../src/messaging/journal/outbox-journal.ts";
import { OrderLane } from "../../src/messaging/order-lane.ts";
import { type LetterDraft, OutLetter } from "../../src/messaging/out-letter.ts";
import { Outbox } from "../../src/messaging/outbox.ts";
import { ReceiveWindow } from "../../src/messaging/receive-window.ts";
import { Session } from "../../src/messaging/session.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";

const peer = "a".repeat(52);
const use = letterUse.message;
const draft = { to: peer, channel: "chat", use, body: new Uint8Array(1), ttlMs: 60_000, ordered: true };

function sessionOf(epoch: number): Session {
  return new Session(peer, { epoch, nonce: String(epoch).repeat(16) }, `${epoch}`, new ReceiveWindow());
}

describe("a letter that is cut into pieces", () => {
  test("goes on where it was when its receiver is there again, however the link ended; another instance has nothing of it", () => {
    const letter = new OutLetter(1, { ...draft, body: new Uint8Array(100) }, 0, () => {});
    letter.bind("one", 1);
    letter.cut().hold([0, 60], false);
    letter.rewind();
    letter.unbind();
    letter.bind("one", 1);
    expect(letter.cut().heldBytes).toBe(60);
    letter.unbind();
    letter.bind("two", 2);
    expect(letter.cut().heldBytes).toBe(0);
  });

  test("counts as silent from what the link that has it now took, not the one before, nor for another instance", () => {
    const letter = new OutLetter(1, { ...draft, body: new Uint8Array(100) }, 0, () => {});
    letter.bind("one", 1);
    letter.cut().sentAt = 7;
    letter.cut().rewind();
    expect(letter.cut().sentAt, "it goes on by the same link").toBe(7);
    letter.rewind();
    expect(letter.cut().sentAt).toBe(0);
    letter.cut().sentAt = 8;
    letter.bind("two", 2);
    expect(letter.cut().sentAt).toBe(0);
  });
});

describe("a letter's large body", () => {
  const end = { status: "confirmed", transport: "memory" } as const;
  const settled = (body: Uint8Array, more: Partial<LetterDraft>, prepare: (letter: OutLetter) => void = () => {}) => {
    const correspondent = new Correspondent(peer, () => {});
    const letter = correspondent.write({ ...draft, body, ...more }, 0, () => {});
    prepare(letter);
    correspondent.settle(letter, end);
    expect(correspondent.bytes).toBe(0);
    return letter.draft.body.length;
  };

  test("is given back when it ends, where nothing else has it", () => {
    expect(settled(new Uint8Array(65_536), { ownsBody: true })).toBe(0);
  });

  test("stays where others may read it: copies of a broadcast, a mailbox that seals it, others in the same memory", () => {
    expect(settled(new Uint8Array(65_536), {})).toBe(65_536);
    expect(settled(new Uint8Array(65_537).subarray(1), { ownsBody: true })).toBe(65_536);
    expect(
      settled(
        new Uint8Array(65_536),
        { ownsBody: true },
        (letter) => (letter.mail = { times: 1, refused: 0, dueAt: 0 }),
      ),
    ).toBe(65_536);
    expect(settled(new Uint8Array(100), { ownsBody: true }), "not worth it").toBe(100);
  });
});

describe("a letter that a mailbox has", () => {
  test("gives up its place for good where no link has ever brought it", () => {
    const lane = new OrderLane();
    const letter = new OutLetter(1, draft, 0, () => {});
    letter.join(lane);
    letter.relayed();
    expect([letter.placeless, letter.lane, lane.base]).toEqual([true, undefined, 2]);
  });

  test("keeps its place where a link may have brought it: the receiver may hold it for its turn", () => {
    const lane = new OrderLane();
    const letter = new OutLetter(1, draft, 0, () => {});
    letter.join(lane);
    letter.attempts = 1;
    letter.relayed();
    expect([letter.placeless, letter.lane, lane.base]).toEqual([false, lane, 1]);
  });
});

/** An outbox whose newest session is the last of these. */
function outboxWith(sessions: Session[]): { readonly outbox: Outbox; readonly woken: Session[] } {
  const woken: Session[] = [];
  const outbox = new Outbox({
    clock: new HandClock(),
    events: new EventEmitter(),
    options: { ttlMs: 60_000, maxLetterBytes: 1_000, outboxLetters: 100, outboxBytes: 10_000, maxPeers: 4 },
    journal: forgetfulOutbox(),
    record: () => {},
    newest: () => sessions.at(-1),
    sessionOf: (_peer, key) => sessions.find((session) => session.key === key),
    wake: (session) => void woken.push(session),
    wantWay: () => {},
    suspect: () => {},
  });
  outbox.open([]);
  return { outbox, woken };
}

function correspondentOf(outbox: Outbox): Correspondent {
  const found = outbox.correspondents.find(peer);
  if (!(found instanceof Correspondent)) throw new Error("nobody was written to");
  return found;
}

describe("binding a letter to an instance", () => {
  test("gives it a place once, and a new one at another instance", () => {
    const sessions = [sessionOf(1)];
    const { outbox } = outboxWith(sessions);
    const letters = [outbox.post(draft), outbox.post(draft)];
    outbox.requeue(correspondentOf(outbox));
    expect(letters.map((letter) => letter.item()[6])).toEqual([1, 2]);
    letters[0]?.leave();
    sessions.splice(0, 1, sessionOf(2));
    outbox.requeue(correspondentOf(outbox));
    expect(letters.map((letter) => [letter.session, letter.item()[6]])).toEqual([
      [sessionOf(2).key, 1],
      [sessionOf(2).key, 2],
    ]);
  });

  test("gives it none once it gave up its place to a mailbox", () => {
    const { outbox } = outboxWith([sessionOf(1)]);
    const letter = outbox.post(draft);
    letter.relayed();
    outbox.requeue(correspondentOf(outbox));
    expect([letter.lane, letter.item()[6]]).toEqual([undefined, undefined]);
  });

  test("gives it another where it lost its own and has given up none", () => {
    const { outbox } = outboxWith([sessionOf(1)]);
    const letter = outbox.post(draft);
    letter.leave();
    outbox.requeue(correspondentOf(outbox));
    expect(letter.item()[6]).toBe(2);
  });
});

describe("when a newer instance has no link, and an older one's seems to stand", () => {
  function fallen(attempts: number) {
    const [old, young] = [sessionOf(1), sessionOf(2)];
    const sessions = [old, young];
    const { outbox } = outboxWith(sessions);
    const letter = outbox.post(draft);
    letter.attempts = attempts;
    sessions.pop();
    outbox.requeue(correspondentOf(outbox));
    const away = letter.session;
    sessions.push(young);
    outbox.requeue(correspondentOf(outbox));
    return { letter, away, old, young };
  }

  test("what may have reached the newer one keeps its place there, and waits for it", () => {
    const { letter, away, young } = fallen(1);
    expect([away, letter.session, letter.item()[6]]).toEqual([young.key, young.key, 1]);
    expect([...young.letters]).toEqual([letter]);
  });

  test("what never left goes to the older one", () => {
    const { away, old } = fallen(0);
    expect(away).toBe(old.key);
  });

  test("and so does what the newer one had when it said that it ends", () => {
    const [old, young] = [sessionOf(1), sessionOf(2)];
    const sessions = [old, young];
    const { outbox } = outboxWith(sessions);
    const letter = outbox.post(draft);
    letter.attempts = 1;
    sessions.pop();
    Reflect.apply(outbox.linkClosed, outbox, [young, { way: { peer, transport: "t", road: "r" } }, true]);
    expect([letter.session, [...old.letters]]).toEqual([old.key, [letter]]);
  });
});

describe("ending a letter that no link told of", () => {
  const ended = { status: "failed", error: "called off" } as const;

  test("says what is not to be waited for, to the instance that it was for", () => {
    const session = sessionOf(1);
    const { outbox, woken } = outboxWith([session]);
    const [first] = [outbox.post(draft), outbox.post(draft)];
    woken.length = 0;
    if (first !== undefined) outbox.end(correspondentOf(outbox), first, ended);
    expect(session.takeControl()).toEqual([[itemKind.skip, "chat", 2]]);
    expect(woken).toEqual([session]);
  });

  test("says nothing where it has no place, and to nobody where that instance is gone", () => {
    const session = sessionOf(1);
    const sessions = [session];
    const { outbox } = outboxWith(sessions);
    const free = outbox.post({ ...draft, ordered: false });
    outbox.end(correspondentOf(outbox), free, ended);
    expect(session.hasControl).toBe(false);
    const late = outbox.post(draft);
    const young = sessionOf(2);
    sessions.splice(0, 1, young);
    outbox.end(correspondentOf(outbox), late, ended);
    expect([session.hasControl, young.hasControl]).toEqual([false, false]);
    expect(correspondentOf(outbox).letters.size).toBe(0);
  });
});
