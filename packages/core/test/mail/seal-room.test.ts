import { expect, test } from "vitest";
import { SealRoom } from "../../src/mail/seal-room.ts";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import { nodeEd25519 } from "../../src/node/node-ed25519.ts";
import { strictVerifier } from "../../src/security/ed25519-strict.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { letterHpke } from "../../src/security/letter-hpke.ts";
import { openLetterKeyCard } from "../../src/security/letter-key-card.ts";
import { HandClock } from "../hand-clock.ts";
import { durableStore } from "../journal/durable-store.ts";

const alice = identityFromSecret(new Uint8Array(32).fill(1));
const bob = identityFromSecret(new Uint8Array(32).fill(2));
const instance = { epoch: 7, nonce: "0011223344556677" };

function room(identity = alice, store = durableStore(), clock = new HandClock()) {
  const failed: unknown[] = [];
  const seals = new SealRoom({
    identity,
    network: "garden",
    suite: nodeCryptoSuite(),
    clock,
    store,
    verifier: strictVerifier(nodeEd25519()),
    hpke: letterHpke(),
    origin: () => instance,
    onFailed: (error) => failed.push(error),
  });
  return { seals, store, clock, failed };
}

test("a new key that the store refuses is told, and made a minute after there is room", async () => {
  const { seals, store, clock, failed } = room();
  await seals.open();
  const notBefore = () => openLetterKeyCard(seals.card, { network: "garden", wallMs: clock.wall() }).notBefore;
  expect(notBefore()).toBe(0);
  store.full = () => true;
  await clock.advance(24 * 3_600_000 + 1);
  expect(failed).toMatchObject([{ code: "STORE_FULL" }]);
  expect(notBefore()).toBe(0);
  store.full = undefined;
  await clock.advance(60_000);
  expect(notBefore()).toBeGreaterThan(0);
  seals.close();
  expect(clock.pending).toBe(0);
});

test("a letter keeps its name over a restart, and nobody who knows the instance can tell it", async () => {
  const first = room();
  expect(first.seals.nameOf(bob.id, 1)).toBeUndefined();
  await first.seals.open();
  const name = first.seals.nameOf(bob.id, 1);
  expect(name).toMatch(/^[0-9a-f]{32}$/);
  expect(first.seals.nameOf(bob.id, 2)).not.toBe(name);
  first.seals.close();
  const again = room(alice, first.store);
  await again.seals.open();
  expect(again.seals.nameOf(bob.id, 1)).toBe(name);
  const other = room(bob);
  await other.seals.open();
  expect(other.seals.nameOf(bob.id, 1)).not.toBe(name);
  again.seals.close();
  other.seals.close();
});
