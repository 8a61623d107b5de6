import { encode } from "cborg";
import { describe, expect, test } from "vitest";
import { CardBook } from "../../src/mail/card-book.ts";
import { nodeEd25519 } from "../../src/node/node-ed25519.ts";
import { strictVerifier } from "../../src/security/ed25519-strict.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { encodeLetterKeyCard } from "../../src/security/letter-key-card.ts";
import { peerIdOf } from "../../src/security/peer-id.ts";
import { HandClock, settle } from "../hand-clock.ts";
import { durableStore, keysOf, unexpected } from "../journal/durable-store.ts";

const network = "garden";
const bob = identityFromSecret(new Uint8Array(32).fill(2));
const mallory = identityFromSecret(new Uint8Array(32).fill(66));
const hour = 3_600_000;

const cardOf = (notBefore: number, identity = bob, key = notBefore) =>
  encodeLetterKeyCard(identity, network, {
    publicKey: new Uint8Array(32).fill(key % 251),
    notBefore,
    notAfter: notBefore + 24 * hour,
  });

async function book() {
  const store = durableStore();
  const clock = new HandClock();
  const verifier = strictVerifier(nodeEd25519());
  const open = async () => {
    const cards = new CardBook({ network, clock, store, verifier, onFailed: unexpected });
    await cards.load();
    return cards;
  };
  return { store, clock, open, cards: await open() };
}

describe("letter keys of peers", () => {
  test("an old sealed letter that comes again brings back no old key", async () => {
    const { cards } = await book();
    cards.note(bob.id, await cardOf(200), "letter");
    cards.note(bob.id, await cardOf(100), "letter");
    expect(cards.find(bob.id)?.notBefore).toBe(200);
    // Over a link the peer itself says what holds now: it may have lost its keys, and its clock may have been wrong.
    cards.note(bob.id, await cardOf(50), "link");
    expect(cards.find(bob.id)?.notBefore).toBe(50);
    cards.note(bob.id, await cardOf(300), "letter");
    expect(cards.find(bob.id)?.notBefore).toBe(300);
  });

  test("whatever discovery says, and however much, what the peer showed stays, also over a restart", async () => {
    const { cards, store, open } = await book();
    cards.note(bob.id, await cardOf(100), "link");
    cards.note(bob.id, await cardOf(200), "discovery");
    const nobody = new Uint8Array(32);
    for (let i = 0; i < 6_000; i++) {
      new DataView(nobody.buffer).setUint32(0, i);
      const owner = Uint8Array.from(nobody);
      cards.note(peerIdOf(owner), encode([1, owner, owner, 1, 2, new Uint8Array(64)]), "discovery");
    }
    expect(cards.find(bob.id)?.notBefore).toBe(100);
    expect(await keysOf(store, "cards")).toEqual([bob.id]);
    expect((await open()).find(bob.id)?.notBefore).toBe(100);
  });

  test("a card of somebody else, or none at all, takes nobody's place; one that does not hold is forgotten", async () => {
    const { cards, store } = await book();
    cards.note(bob.id, await cardOf(100), "letter");
    for (const bytes of [await cardOf(300, mallory), new Uint8Array(), new Uint8Array(513), encode({ a: 1 })])
      cards.note(bob.id, bytes, "link");
    expect(cards.find(bob.id)?.notBefore).toBe(100);
    const forged = (await cardOf(300)).map((byte, at, all) => (at === all.length - 1 ? byte ^ 1 : byte));
    cards.note(bob.id, forged, "link");
    expect(cards.find(bob.id)).toBeUndefined();
    expect(cards.has(bob.id)).toBe(false);
    await settle();
    expect(await keysOf(store, "cards")).toEqual([]);
    cards.note(bob.id, await cardOf(400), "discovery");
    expect(cards.find(bob.id)?.notBefore).toBe(400);
    expect(await keysOf(store, "cards")).toEqual([]);
  });
});
