import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createSwarm, definePlugin, type Self, use } from "../../src/index.ts";
import { domainBytes, ephemeralIdentity, identityFromSecret, verifySignature } from "../../src/security/identity.ts";

const bytes = Uint8Array.of(1, 2, 3);
const secret = Uint8Array.from({ length: 32 }, (_, at) => at);

describe("identity", () => {
  test("what it signs is proven by its name alone", async () => {
    const identity = await ephemeralIdentity();
    const signature = await identity.sign("test", bytes);
    expect(signature).toHaveLength(64);
    expect(verifySignature(identity.id, "test", bytes, signature)).toBe(true);
    const other = await ephemeralIdentity();
    expect(other.id).not.toBe(identity.id);
    expect(verifySignature(other.id, "test", bytes, signature)).toBe(false);
  });

  test("a signature for one domain is none for another, however domain and bytes are cut", async () => {
    const identity = identityFromSecret(secret);
    const signature = await identity.sign("ab", Uint8Array.of(99));
    expect(verifySignature(identity.id, "ab", Uint8Array.of(99), signature)).toBe(true);
    expect(verifySignature(identity.id, "a", Uint8Array.of(98, 99), signature)).toBe(false);
    expect(verifySignature(identity.id, "abc", new Uint8Array(), signature)).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (left, right) => {
        const same = left.length === right.length && left.every((byte, at) => byte === right[at]);
        const [a, b] = [domainBytes("d", left), domainBytes("d", right)];
        expect(a.join() === b.join()).toBe(same);
        expect(domainBytes("dd", left).join()).not.toBe(b.join());
      }),
    );
  });

  test("a flip of any bit of the signature is refused", async () => {
    const identity = identityFromSecret(secret);
    const signature = await identity.sign("test", bytes);
    for (let at = 0; at < 64; at += 3) {
      const flipped = Uint8Array.from(signature);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(verifySignature(identity.id, "test", bytes, flipped)).toBe(false);
    }
  });

  test("the caller may wipe its secret, and a handed-in source makes it replayable", async () => {
    const mine = Uint8Array.from(secret);
    const identity = identityFromSecret(mine);
    mine.fill(0);
    const signature = await identity.sign("test", bytes);
    expect(verifySignature(identity.id, "test", bytes, signature)).toBe(true);
    const source = { bytes: (length: number) => Uint8Array.from(secret).subarray(0, length) };
    expect((await ephemeralIdentity(source)).id).toBe(identity.id);
  });

  test("nonsense is refused", async () => {
    const identity = identityFromSecret(secret);
    for (const domain of ["", "a\0b", "ä", "with space", "x".repeat(65)]) {
      await expect(identity.sign(domain, bytes)).rejects.toMatchObject({ code: "OPTION_INVALID" });
      expect(verifySignature(identity.id, domain, bytes, new Uint8Array(64))).toBe(false);
    }
    for (const length of [0, 31, 33, 64]) {
      expect(() => identityFromSecret(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: "IDENTITY_INVALID" }),
      );
    }
    expect(verifySignature("__proto__", "test", bytes, new Uint8Array(64))).toBe(false);
    expect(verifySignature(identity.id, "test", bytes, new Uint8Array(63))).toBe(false);
    expect(JSON.stringify(identity)).toBe(`{"id":"${identity.id}"}`);
  });

  test("a plugin signs for itself, never in the kernel's name", async () => {
    const seen: Self[] = [];
    const plugin = definePlugin({
      id: "test/signer",
      api: 1,
      config: z.strictObject({}),
      setup: ({ self }) => void seen.push(self),
    });
    await using _swarm = await createSwarm({ plugins: [use(plugin)] });
    const [self] = seen;
    if (self === undefined) throw new Error("no plugin was set up");
    for (const domain of ["link", "letter", "letter-key", "letter-name", "of-tomorrow"]) {
      const signing = self.sign(`swarm-space/${domain}/1`, bytes);
      await expect(signing).rejects.toMatchObject({ code: "OPTION_INVALID", cure: expect.stringContaining("plugin") });
    }
    const own = "test/signer/1";
    expect(verifySignature(self.id, own, bytes, await self.sign(own, bytes))).toBe(true);
  });

  test("what is no identity is refused before anything is made of it", async () => {
    for (const identity of [{ file: "./identity.key" }, {}, null, "identity", { id: "a", sign: () => {} }]) {
      const made = createSwarm({ identity: identity as never });
      await expect(made).rejects.toMatchObject({ code: "IDENTITY_INVALID" });
    }
  });
});
