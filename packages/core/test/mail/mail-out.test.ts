import { expect, test } from "vitest";
import { MailOut } from "../../src/mail/mail-out.ts";
import { Correspondent } from "../../src/messaging/correspondent.ts";
import { letterUse } from "../../src/messaging/frame.ts";
import { windowLetters } from "../../src/messaging/limits.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock, settle } from "../hand-clock.ts";

const bob = identityFromSecret(new Uint8Array(32).fill(2)).id;

test("no sequence goes to a mailbox before its bound is durable, nor beyond the receiver's window", async () => {
  const clock = new HandClock();
  const beyond = windowLetters + 1;
  const to = new Correspondent(bob, () => {}, 1, beyond + 1);
  const draft = { to: bob, channel: "chat", use: letterUse.message, body: new Uint8Array(1), ttlMs: 3_600_000 };
  for (const seq of [1, 2, 3, windowLetters, beyond]) to.restore(seq, draft, clock.now());
  to.bound = 3;
  const left: number[] = [];
  const rooms = {
    clock,
    events: new EventEmitter(),
    outbox: { correspondents: { all: () => [to] } },
    cards: { has: () => true, find: () => ({}) },
    seals: {
      card: new Uint8Array(),
      nameOf: () => undefined,
      seal: async (_card: unknown, seq: number) => left.push(seq),
    },
    mailboxes: [{ id: "keeper", deposit: async () => {}, collect: async () => {} }],
    isOff: () => false,
    isConnected: () => false,
  };
  const out = new MailOut(rooms as never);
  out.open();
  await clock.advance(10_000);
  expect(left).toEqual([1, 2]);
  to.bound = Number.POSITIVE_INFINITY;
  await clock.advance(1_000);
  expect(left).toEqual([1, 2, 3, windowLetters]);
  out.close(undefined);
  expect(clock.pending).toBe(0);
});

/** Peers with letters, a keeper that answers when the test says so. */
function stage(counts: readonly number[]) {
  const clock = new HandClock();
  const left: string[] = [];
  const answers: ((outcome: "taken" | "refused") => void)[] = [];
  const all = counts.map((count, n) => {
    const peer = `peer ${n}`;
    const to = new Correspondent(peer, () => {}, 1, count + 1);
    const draft = { to: peer, channel: "chat", use: letterUse.message, body: new Uint8Array(1), ttlMs: 36_000_000 };
    for (let seq = 1; seq <= count; seq++) to.restore(seq, draft, clock.now());
    return to;
  });
  const deposit = (to: string, [seq]: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      left.push(`${to}: ${seq}`);
      answers.push((outcome) => (outcome === "taken" ? resolve() : reject(new Error("away"))));
    });
  const out = new MailOut({
    clock,
    events: new EventEmitter(),
    outbox: { correspondents: { all: () => all } },
    cards: { has: () => true, find: () => ({}) },
    seals: {
      card: new Uint8Array(),
      nameOf: () => undefined,
      seal: async (_card: unknown, seq: number) => Uint8Array.of(seq),
    },
    mailboxes: [{ id: "keeper", deposit, collect: async () => {} }],
    isOff: () => false,
    isConnected: () => false,
  } as never);
  out.open();
  const answer = async (count: number, outcome: "taken" | "refused" = "taken") => {
    for (const done of answers.splice(0, count)) done(outcome);
    await settle();
  };
  return { clock, out, left, answer, all };
}

test("every peer has its turn, and the next letter goes as soon as one is left", async () => {
  const { clock, left, answer, out } = stage([200, 3, 3]);
  await clock.advance(2_000);
  expect(left).toHaveLength(16);
  expect(left.filter((each) => !each.startsWith("peer 0"))).toHaveLength(6);
  // Within the same second: no beat is waited for.
  for (let times = 0; times < 20; times++) await answer(16);
  expect(left).toHaveLength(206);
  out.close(undefined);
  expect(clock.pending).toBe(0);
});

test("what no mailbox has goes before what one may have lost", async () => {
  const { clock, left, answer, out, all } = stage([20, 0]);
  await clock.advance(2_000);
  await answer(16);
  await answer(16);
  expect(left).toHaveLength(20);
  out.depositAgain();
  const late = all[1];
  const draft = { to: "peer 1", channel: "chat", use: letterUse.message, body: new Uint8Array(1), ttlMs: 36_000_000 };
  for (let seq = 1; seq <= 20; seq++) late?.restore(seq, draft, clock.now() - 10_000);
  // Peers come back with a relay: nothing is left before they had their time for it.
  await clock.advance(1_000);
  expect(left).toHaveLength(20);
  await clock.advance(2_000);
  for (let times = 0; times < 4; times++) await answer(16);
  expect(left.slice(20, 40).every((each) => each.startsWith("peer 1"))).toBe(true);
  expect(left.slice(40).filter((each) => each.startsWith("peer 0"))).toHaveLength(20);
  out.close(undefined);
});

test("a letter that no keeper takes is sealed less and less often, and at once when one is back", async () => {
  const { clock, left, answer, out } = stage([1]);
  const gaps: number[] = [];
  let before = clock.now();
  while (gaps.length < 7) {
    const count = left.length;
    while (left.length === count) await clock.advance(1_000);
    gaps.push(clock.now() - before);
    before = clock.now();
    await answer(1, "refused");
  }
  expect(gaps.slice(1)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  out.depositAgain();
  await clock.advance(3_000);
  expect(left).toHaveLength(8);
  // Its keeper comes back while an offer to the one before still waits: the next follows it.
  out.depositAgain();
  await answer(1, "refused");
  await clock.advance(3_000);
  expect(left).toHaveLength(9);
  await answer(1);
  await clock.advance(60_000);
  expect(left).toHaveLength(10);
  out.close(undefined);
});

test("after a stop nothing more goes, whatever the keepers answer", async () => {
  const { clock, left, answer, out } = stage([40]);
  await clock.advance(2_000);
  out.close(undefined);
  await answer(16);
  expect(left).toHaveLength(16);
});
