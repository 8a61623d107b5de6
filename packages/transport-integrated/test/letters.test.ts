import { peerIdOf } from "@swarm-space/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../../../tests/support/transport-ends.ts";
import {
  encodeKnock,
  encodeReply,
  encodeTalk,
  type Knock,
  knockBytes,
  type Reply,
  readLetter,
  replyBytes,
} from "../src/signalling/knock.ts";
import { SealedTalk } from "../src/signalling/sealed-talk.ts";
import { kernelSuite } from "./nodes.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const peer = bytes(32).map(peerIdOf);
const inbox = fc.stringMatching(/^[\w-]{24}$/);
const knock: fc.Arbitrary<Knock> = fc.record({ from: peer, key: bytes(32), expiresAt: fc.maxSafeNat(), inbox });
const reply: fc.Arbitrary<Reply> = fc.record({ from: peer, key: bytes(32), inbox });

test("a letter is read as it was written", () => {
  fc.assert(
    fc.property(knock, fc.boolean(), bytes(64), (one, isNamed, signature) => {
      expect(readLetter(encodeKnock(one, isNamed, signature))).toEqual({
        kind: "knock",
        knock: one,
        isNamed,
        signature,
      });
    }),
  );
  fc.assert(
    fc.property(reply, bytes(64), fc.uint8Array({ minLength: 1, maxLength: 300 }), (one, signature, sealed) => {
      expect(readLetter(encodeReply(one, signature, sealed))).toEqual({ kind: "reply", reply: one, signature, sealed });
    }),
  );
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.uint8Array({ minLength: 1, maxLength: 300 }), (counter, sealed) => {
      expect(readLetter(encodeTalk(counter, sealed))).toEqual({ kind: "talk", counter, sealed });
    }),
  );
});

test("any bytes are a letter or none; nothing throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(4), (rest, kind) => {
      rest[0] = kind;
      const letter = readLetter(rest);
      expect([undefined, "knock", "reply", "talk"]).toContain(letter?.kind);
    }),
    { numRuns: 2_000 },
  );
});

test("what is signed differs where any part of a meeting differs", () => {
  const facts = fc.record({
    network: fc.string({ maxLength: 20 }),
    id: fc.stringMatching(/^[\w-]{12}$/),
    to: fc.option(peer, { nil: undefined }),
  });
  fc.assert(
    fc.property(facts, knock, reply, facts, knock, reply, (facts, one, answer, others, other, another) => {
      const isSame = JSON.stringify([facts, one]) === JSON.stringify([others, other]);
      const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
      expect(hex(knockBytes(facts, one, "soul")) === hex(knockBytes(others, other, "soul"))).toBe(isSame);
      expect(hex(knockBytes(facts, one, "soul"))).not.toBe(hex(knockBytes(facts, one, "place")));
      const later = { ...one, expiresAt: one.expiresAt + 1 };
      expect(hex(knockBytes(facts, one, "soul"))).not.toBe(hex(knockBytes(facts, later, "soul")));
      expect(hex(replyBytes(facts, one, answer))).not.toBe(
        hex(replyBytes(facts, one, { ...another, key: random.bytes(32) })),
      );
    }),
  );
});

/** Both sides of one meeting. */
async function talks(otherTranscript = 7) {
  const suite = await kernelSuite();
  const [own, other] = [suite.keyPair(), suite.keyPair()];
  const make = (pair: typeof own, key: Uint8Array, knocks: boolean, transcript = 7) =>
    new SealedTalk({ suite, own: pair, other: key, transcript: Uint8Array.of(transcript), knocks });
  return [make(own, other.publicKey, true), make(other, own.publicKey, false, otherTranscript)] as const;
}

const candidate = { type: "candidate", candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 } as const;

test("what is said is opened once, by the other side alone, of this meeting alone", async () => {
  const [one, other] = await talks();
  const { counter, sealed } = one.seal([candidate]);
  expect(Buffer.from(sealed).toString("latin1")).not.toContain("candidate");
  expect(one.open(counter, sealed)).toBe("SIGNAL_FORGED");
  expect(other.open(counter + 1, sealed)).toBe("SIGNAL_FORGED");
  expect(other.open(counter, sealed.with(0, (sealed[0] ?? 0) ^ 1))).toBe("SIGNAL_FORGED");
  expect(other.open(counter, sealed)).toEqual([candidate]);
  expect(other.open(counter, sealed)).toBe("SIGNAL_REPLAYED");
  const [, stranger] = await talks(8);
  expect(stranger.open(counter, sealed)).toBe("SIGNAL_FORGED");
});

test("a side that seals what is no signal is found out by SIGNAL_INVALID", async () => {
  for (const wrong of [
    {},
    null,
    "offer",
    { type: "offer", sdp: "v=0 nonsense" },
    { type: "candidate", candidate: "x".repeat(2_000) },
  ]) {
    const [one, other] = await talks();
    // biome-ignore lint/suspicious/noExplicitAny: what a hostile peer may seal is of no type
    const { counter, sealed } = one.seal([wrong as any]);
    expect(() => other.open(counter, sealed)).toThrow(expect.objectContaining({ code: "SIGNAL_INVALID" }));
  }
});

test("a key of low order opens no talk", async () => {
  const suite = await kernelSuite();
  const parts = { suite, own: suite.keyPair(), other: new Uint8Array(32), transcript: new Uint8Array(0), knocks: true };
  expect(() => new SealedTalk(parts)).toThrow();
});
