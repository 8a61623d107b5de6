import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPeerId, peerIdOf, publicKeyOf } from "../../src/security/peer-id.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const codeOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("peer id", () => {
  test("a key and its name are one to one", () => {
    fc.assert(
      fc.property(key, (bytes) => {
        const id = peerIdOf(bytes);
        expect(id).toMatch(/^[a-z2-7]{52}$/);
        expect(isPeerId(id)).toBe(true);
        expect(publicKeyOf(id)).toEqual(bytes);
      }),
    );
  });

  test("any text is refused or is the one form of its key", () => {
    const letters = fc.string({ minLength: 50, maxLength: 54, unit: fc.constantFrom(..."abcqrz234567A=018 ") });
    fc.assert(
      fc.property(
        fc.oneof(
          letters,
          fc.string(),
          letters.map((text) => `${text.slice(0, 51)}b`),
        ),
        (text) => {
          if (isPeerId(text)) expect(peerIdOf(publicKeyOf(text))).toBe(text);
          else expect(codeOf(() => publicKeyOf(text))).toBe("PEER_ID_INVALID");
        },
      ),
      { numRuns: 500 },
    );
  });

  test("other spellings of a key are refused: capitals, padding, spaces, unused bits set", () => {
    const id = peerIdOf(new Uint8Array(32));
    expect(id).toBe("a".repeat(52));
    const spellings = [id.toUpperCase(), `${id}====`, ` ${id}`, `${id}\n`, `${id.slice(0, 51)}b`, id.slice(0, 51)];
    for (const spelling of spellings) expect(isPeerId(spelling)).toBe(false);
  });

  test("nonsense is refused with its code", () => {
    for (const value of [undefined, null, 7, Number.NaN, {}, [], "__proto__", "", "x".repeat(1_000_000), Symbol("s")]) {
      expect(isPeerId(value)).toBe(false);
      expect(codeOf(() => publicKeyOf(value))).toBe("PEER_ID_INVALID");
    }
    for (const length of [0, 31, 33]) expect(codeOf(() => peerIdOf(new Uint8Array(length)))).toBe("PEER_ID_INVALID");
  });
});
