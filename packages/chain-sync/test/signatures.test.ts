import { memoryStore, nobleEd25519, type StrictVerifier, strictVerifier } from "@swarm-space/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nameTransaction, transactionClaim } from "../src/hashing/ids.ts";
import { transfer } from "../src/ledger/index.ts";
import { RecentIds } from "../src/live/recent-ids.ts";
import { rememberedSignatures } from "../src/live/remembered-signatures.ts";
import { strictSignatures } from "../src/live/strict-signatures.ts";
import type { SignatureClaim, SignatureVerifier } from "../src/model/index.ts";
import { Branch, personOf, playRules, trusting, verifier, writeTransaction } from "./support/chain-play.ts";
import { deliver, openNode } from "./support/node-play.ts";

const [anna, berta] = [personOf(1), personOf(2)];
const rules = playRules({ allocations: [anna, berta].map(({ account }) => ({ account, amount: 1_000_000n })) });
const pay = (nonce: bigint) =>
  writeTransaction(rules, anna, transfer, { to: berta.account, amount: 1n }, { nonce, unsigned: true });

/** Says what it was asked, and gives the answers that it is told. */
function listening(answer: (claim: SignatureClaim) => boolean = () => true) {
  const asked: SignatureClaim[] = [];
  const inner: SignatureVerifier = {
    async verifyBatch(claims) {
      asked.push(...claims);
      return claims.map(answer);
    },
  };
  return { asked, inner };
}

const account = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const anyClaim: fc.Arbitrary<SignatureClaim> = fc.record({
  account,
  domain: fc.constantFrom("swarm/tx-sig/1", "swarm/seal/1", "swarm/meta-sig/1"),
  bytes: fc.uint8Array({ maxLength: 40 }),
  signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
});

describe("signatures that held are remembered", () => {
  test("the same claim is asked once, whoever makes it", async () => {
    const { asked, inner } = listening();
    const remembered = rememberedSignatures(inner, 10);
    const claim = transactionClaim(pay(0n));
    expect(await remembered.verifyBatch([claim])).toEqual([true]);
    const copy = { ...claim, bytes: claim.bytes.slice(), signature: claim.signature.slice() };
    expect(await remembered.verifyBatch([copy, claim])).toEqual([true, true]);
    expect(asked).toHaveLength(1);
  });

  test("a claim that differs in anything is another one, and is asked", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyClaim,
        anyClaim,
        fc.subarray(["account", "domain", "bytes", "signature"], { minLength: 1 }),
        async (one, other, taken) => {
          const { asked, inner } = listening((claim) => claim === one);
          const remembered = rememberedSignatures(inner, 10);
          await remembered.verifyBatch([one]);
          const changed = {
            ...one,
            ...Object.fromEntries(taken.map((name) => [name, other[name as keyof SignatureClaim]])),
          };
          fc.pre(
            taken.some(
              (name) => String(changed[name as keyof SignatureClaim]) !== String(one[name as keyof SignatureClaim]),
            ),
          );
          expect(await remembered.verifyBatch([changed])).toEqual([false]);
          expect(asked).toHaveLength(2);
        },
      ),
    );
  });

  test("one bit of the signature or of what was signed is enough", async () => {
    const one = transactionClaim(pay(0n));
    for (const name of ["bytes", "signature"] as const) {
      for (let bit = 0; bit < one[name].length * 8; bit += 1) {
        const turned = one[name].slice();
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { inner } = listening((claim) => claim === one);
        const remembered = rememberedSignatures(inner, 10);
        await remembered.verifyBatch([one]);
        expect(await remembered.verifyBatch([{ ...one, [name]: turned }])).toEqual([false]);
      }
    }
  });

  test("answers keep their order, and what did not hold is asked again", async () => {
    const claims = [0n, 1n, 2n, 3n, 4n].map((nonce) => transactionClaim(pay(nonce)));
    const { asked, inner } = listening((claim) => claims.indexOf(claim) % 2 === 0);
    const remembered = rememberedSignatures(inner, 10);
    await remembered.verifyBatch(claims.slice(1, 3));
    const expected = [true, false, true, false, true];
    expect(await remembered.verifyBatch(claims)).toEqual(expected);
    expect(await Promise.all([remembered.verifyBatch(claims), remembered.verifyBatch(claims.toReversed())])).toEqual([
      expected,
      expected,
    ]);
    expect(asked.map((claim) => claims.indexOf(claim))).toEqual([1, 2, 0, 1, 3, 4, 1, 3, 3, 1]);
  });

  test("so many at most: the oldest is forgotten", async () => {
    const claims = [0n, 1n, 2n].map((nonce) => transactionClaim(pay(nonce)));
    const { asked, inner } = listening();
    const remembered = rememberedSignatures(inner, 2);
    await remembered.verifyBatch(claims);
    await remembered.verifyBatch(claims.slice(1));
    expect(asked).toHaveLength(3);
    await remembered.verifyBatch(claims.slice(0, 1));
    expect(asked).toHaveLength(4);
  });

  test("a block of what waits here asks for nothing; one with another signature of the same is refused", async () => {
    const good = writeTransaction(rules, anna, transfer, { to: berta.account, amount: 1n }, { nonce: 0n });
    const { asked, inner } = listening();
    const strictly: SignatureVerifier = {
      verifyBatch: async (claims) => {
        await inner.verifyBatch(claims);
        return verifier.verifyBatch(claims);
      },
    };
    const node = await openNode(rules, memoryStore(), { verifier: rememberedSignatures(strictly, 10) });
    expect(await node.room.submit(good, false)).toEqual({ ok: true });
    expect(asked).toHaveLength(1);
    const signature = good.transaction.signature.slice();
    signature[63] = (signature[63] ?? 0) ^ 1;
    const bad = nameTransaction({ ...good.transaction, signature });
    expect(bad.id).toBe(good.id);
    const forged = new Branch(rules);
    await forged.grow(berta, [bad]);
    expect(await deliver(node, forged.blocks)).toEqual(["BLOCK_SIGNATURE"]);
    expect(asked).toHaveLength(2);
    const honest = new Branch(rules);
    await honest.grow(anna, [good]);
    expect(await deliver(node, honest.blocks)).toEqual(["ok"]);
    expect(asked).toHaveLength(2);
  });
});

describe("ids seen lately", () => {
  test("the oldest of those that are there goes, whatever was taken out or came again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ id: fc.constantFrom(..."abcdefgh"), isOut: fc.boolean() }), { maxLength: 60 }),
        (most, steps) => {
          const ids = new RecentIds(most);
          let plain: string[] = [];
          for (const { id, isOut } of steps) {
            if (isOut) ids.delete(id);
            else expect(ids.add(id)).toBe(!plain.includes(id));
            if (isOut) plain = plain.filter((each) => each !== id);
            else if (!plain.includes(id)) plain = [...plain, id].slice(-most);
            for (const each of "abcdefgh") expect(ids.has(each)).toBe(plain.includes(each));
          }
        },
      ),
    );
  });
});

describe("an engine with threads", () => {
  const claims = Array.from({ length: 300 }, (_, at) => transactionClaim(pay(BigInt(at))));
  /** Answers in another order than it was asked. */
  const threaded = () => {
    const waiting: (() => void)[] = [];
    let mostWaiting = 0;
    let here = 0;
    const isOdd = (bytes: Uint8Array) => (bytes.at(-1) ?? 0) % 2 === 1;
    const engine: StrictVerifier = {
      verify(_, bytes) {
        here += 1;
        return isOdd(bytes);
      },
      verifyLater(_, bytes) {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        if (waiting.length === 0)
          setImmediate(() => {
            for (const each of waiting.splice(0).toReversed()) each();
          });
        waiting.push(() => resolve(isOdd(bytes)));
        mostWaiting = Math.max(mostWaiting, waiting.length);
        return promise;
      },
    };
    return { engine, seen: () => ({ here, mostWaiting }) };
  };

  test("many are checked there, so many at a time, and answered in their order", async () => {
    const { engine, seen } = threaded();
    const answers = await strictSignatures(engine).verifyBatch(claims);
    expect(answers).toEqual(claims.map(({ bytes }) => (bytes.at(-1) ?? 0) % 2 === 1));
    expect(seen()).toEqual({ here: 0, mostWaiting: 256 });
  });

  test("a few, and all of an engine without threads, are checked here", async () => {
    const { engine, seen } = threaded();
    const { verify } = engine;
    expect(await strictSignatures(engine).verifyBatch(claims.slice(0, 63))).toHaveLength(63);
    expect(await strictSignatures({ verify }).verifyBatch(claims)).toHaveLength(300);
    expect(seen()).toEqual({ here: 363, mostWaiting: 0 });
  });

  test("the rule is the same there: an engine that takes everything takes no crafted key", async () => {
    const engine = { ...nobleEd25519(), verify: () => true, verifyLater: async () => true };
    const identity = { ...transactionClaim(pay(0n)), account: `01${"00".repeat(31)}` };
    const answers = await strictSignatures(strictVerifier(engine)).verifyBatch(
      Array.from({ length: 64 }, () => identity),
    );
    expect(new Set(answers)).toEqual(new Set([false]));
    expect(await trusting.verifyBatch([identity])).toEqual([true]);
  });
});
