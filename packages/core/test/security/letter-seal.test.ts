import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import { nodeEd25519 } from "../../src/node/node-ed25519.ts";
import { joinBytes, textBytes } from "../../src/security/bytes.ts";
import { strictVerifier } from "../../src/security/ed25519-strict.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { letterHpke } from "../../src/security/letter-hpke.ts";
import { type LetterKeyCard, letterKeyId } from "../../src/security/letter-key-card.ts";
import {
  type LetterContent,
  maxLetterBodyBytes,
  type OpenLetterOptions,
  openLetter,
  sealLetter,
} from "../../src/security/letter-seal.ts";
import { letterSizes, padTo, unpad } from "../../src/security/letter-sizes.ts";

const engine = nodeEd25519();
const alice = identityFromSecret(new Uint8Array(32).fill(1), engine);
const bob = identityFromSecret(new Uint8Array(32).fill(2), engine);
const carol = identityFromSecret(new Uint8Array(32).fill(3), engine);
const hpke = letterHpke();
const pair = nodeCryptoSuite().keyPair(new Uint8Array(32).fill(4));
const wallMs = 1_800_000_000_000;
const to: LetterKeyCard = {
  peer: bob.id,
  publicKey: pair.publicKey,
  notBefore: wallMs - 1,
  notAfter: wallMs + 86_400_000,
};
const keys = { find: (id: Uint8Array) => (Buffer.compare(id, letterKeyId(pair.publicKey)) === 0 ? pair : undefined) };
const sealing = { hpke, identity: alice, network: "net", to, wallMs };
const opening: OpenLetterOptions = {
  hpke,
  self: bob.id,
  network: "net",
  keys,
  wallMs,
  verifier: strictVerifier(engine, { get: () => undefined, set: () => undefined }),
};
const content: LetterContent = {
  instance: { epoch: 7, nonce: "0123456789abcdef" },
  seq: 3,
  expiresAt: wallMs + 60_000,
  body: textBytes("canary"),
};
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "opened",
    (error: { code?: string }) => error.code,
  );

describe("sealed letters", () => {
  test("open to what was sealed, with the sender proven", async () => {
    const letter = await sealLetter(content, sealing);
    expect(await openLetter(letter, opening)).toEqual({ ...content, from: alice.id });
    expect(Buffer.from(letter).includes("canary")).toBe(false);
  });

  test("have a few sizes, whatever the body", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(maxLetterBodyBytes), fc.nat(1_200)), async (length) => {
        const body = new Uint8Array(length).fill(5);
        const letter = await sealLetter({ ...content, body }, sealing);
        expect(letterSizes).toContain(letter.length);
        expect((await openLetter(letter, opening)).body).toEqual(body);
      }),
      { numRuns: 20 },
    );
    expect(await sealLetter({ ...content, body: new Uint8Array() }, sealing)).toHaveLength(256);
    expect(Math.ceil((letterSizes.at(-1) ?? 0) / 3) * 4).toBeLessThan(24_000);
    expect(await codeOf(sealLetter({ ...content, body: new Uint8Array(17_920) }, sealing))).toBe("LETTER_TOO_LARGE");
    const longest = {
      instance: { epoch: Number.MAX_SAFE_INTEGER, nonce: "f".repeat(16) },
      seq: Number.MAX_SAFE_INTEGER,
      expiresAt: content.expiresAt,
    };
    expect(await codeOf(sealLetter({ ...longest, body: new Uint8Array(maxLetterBodyBytes) }, sealing))).toBe("opened");
  });

  test("are for one receiver and one network", async () => {
    const letter = await sealLetter(content, sealing);
    expect(await codeOf(openLetter(letter, { ...opening, self: carol.id }))).toBe("LETTER_INVALID");
    expect(await codeOf(openLetter(letter, { ...opening, network: "other" }))).toBe("LETTER_INVALID");
    expect(await codeOf(openLetter(letter, { ...opening, keys: { find: () => undefined } }))).toBe(
      "LETTER_KEY_UNKNOWN",
    );
  });

  test("cannot be passed on: Bob seals what Alice signed for him to Carol", async () => {
    // A receiver has the plain text and its signature, and makes a seal of his own; the signature names receiver and key.
    const signatures: Uint8Array[] = [];
    const watched = async (domain: string, bytes: Uint8Array): Promise<Uint8Array> => {
      signatures.push(await alice.sign(domain, bytes));
      return signatures[0] ?? new Uint8Array();
    };
    const identity = { id: alice.id, sign: watched };
    expect(await codeOf(openLetter(await sealLetter(content, { ...sealing, identity }), opening))).toBe("opened");
    const forCarol = { ...sealing, to: { ...to, peer: carol.id }, identity };
    const letter = await sealLetter(content, forCarol);
    expect(await codeOf(openLetter(letter, { ...opening, self: carol.id }))).toBe("LETTER_INVALID");
    const believing = { ...opening, self: carol.id, verifier: { verify: () => true } };
    expect(await codeOf(openLetter(letter, believing))).toBe("opened");
  });

  test("another cannot write in Alice's name", async () => {
    const posed = { id: alice.id, sign: (domain: string, bytes: Uint8Array) => carol.sign(domain, bytes) };
    expect(await codeOf(openLetter(await sealLetter(content, { ...sealing, identity: posed }), opening))).toBe(
      "LETTER_INVALID",
    );
  });

  test("a bit changed at any byte is refused", async () => {
    const letter = await sealLetter(content, sealing);
    for (let at = 0; at < letter.length; at += 1) {
      const altered = Uint8Array.from(letter);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(await codeOf(openLetter(altered, opening))).toBe(
        at >= 1 && at < 9 ? "LETTER_KEY_UNKNOWN" : "LETTER_INVALID",
      );
    }
  });

  test("expired: at the sender at once, at the receiver after ten minutes of grace for clocks", async () => {
    const letter = await sealLetter(content, sealing);
    const at = (later: number): Promise<unknown> => codeOf(openLetter(letter, { ...opening, wallMs: wallMs + later }));
    expect(await at(60_000 + 599_999)).toBe("opened");
    expect(await at(60_000 + 600_000)).toBe("LETTER_EXPIRED");
    expect(await codeOf(sealLetter({ ...content, expiresAt: wallMs }, sealing))).toBe("LETTER_EXPIRED");
    expect(await codeOf(sealLetter({ ...content, expiresAt: wallMs + 8 * 86_400_000 }, sealing))).toBe(
      "OPTION_INVALID",
    );
    expect(await codeOf(openLetter(letter, { ...opening, wallMs: wallMs - 8 * 86_400_000 }))).toBe("LETTER_INVALID");
    expect(await codeOf(sealLetter(content, { ...sealing, to: { ...to, notAfter: wallMs } }))).toBe(
      "LETTER_KEY_INVALID",
    );
  });

  test("any bytes, and any content under a good seal: a typed refusal", async () => {
    const refusals = ["LETTER_INVALID", "LETTER_KEY_UNKNOWN"];
    const sized = fc.constantFrom(...letterSizes).chain((size) => fc.uint8Array({ minLength: size, maxLength: size }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), sized), async (bytes) => {
        expect(refusals).toContain(await codeOf(openLetter(bytes, opening)));
        if (bytes.length > 0) bytes[0] = 1;
        expect(refusals).toContain(await codeOf(openLetter(bytes, opening)));
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 190 }), fc.boolean(), async (inner, padded) => {
        const plain = padded ? padTo(inner, 199) : joinBytes(inner, new Uint8Array(199 - inner.length));
        const header = joinBytes(Uint8Array.of(1), letterKeyId(pair.publicKey));
        const fake = { ...opening, hpke: { ...hpke, open: async () => plain } };
        expect(await codeOf(openLetter(joinBytes(header, new Uint8Array(256 - 9)), fake))).toBe("LETTER_INVALID");
      }),
      { numRuns: 200 },
    );
    for (const nonsense of [undefined, null, "x", 7, {}, { length: 256 }])
      expect(await codeOf(openLetter(nonsense as never, opening))).toBe("LETTER_INVALID");
    for (const wrong of [
      { seq: -1 },
      { seq: 0.5 },
      { instance: { epoch: 1, nonce: "__proto__" } },
      { expiresAt: Number.NaN },
    ]) {
      expect(await codeOf(sealLetter({ ...content, ...wrong }, sealing))).toBe("OPTION_INVALID");
    }
  });
});

describe("padding", () => {
  test("comes off as it went on, and only when it is zeros", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(20), fc.nat(), (bytes, more, place) => {
        const padded = padTo(bytes, bytes.length + 4 + more);
        expect(unpad(padded)).toEqual(bytes);
        if (more > 0) {
          padded[4 + bytes.length + (place % more)] = 1;
          expect(unpad(padded)).toBeUndefined();
        }
      }),
    );
    expect(unpad(new Uint8Array(3))).toBeUndefined();
    expect(unpad(Uint8Array.of(255, 255, 255, 255))).toBeUndefined();
  });
});
