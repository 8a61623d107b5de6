import { expect, test } from "vitest";
import { MailOut } from "../../src/mail/mail-out.ts";
import { Correspondent } from "../../src/messaging/correspondent.ts";
import { letterUse } from "../../src/messaging/frame.ts";
import { windowLetters } from "../../src/messaging/limits.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { EventEmitter } from "../../src/status/event-emitter.ts";
import { HandClock } from "../hand-clock.ts";

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
