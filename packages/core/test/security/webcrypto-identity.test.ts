import { IDBFactory } from "fake-indexeddb";
import { describe, expect, test } from "vitest";
import { verifySignature } from "../../src/security/identity.ts";
import { indexedDbKeyStore } from "../../src/security/indexed-db-key-store.ts";
import { type IdentityKeyStore, webCryptoIdentity } from "../../src/security/webcrypto-identity.ts";

const subtle = globalThis.crypto.subtle;
const bytes = Uint8Array.of(1, 2, 3);
const invalid = { code: "IDENTITY_INVALID" };

function variable(initial?: unknown): IdentityKeyStore & { kept: unknown } {
  return {
    kept: initial,
    async load() {
      return this.kept;
    },
    async keep(pair) {
      this.kept ??= pair;
      return this.kept;
    },
  };
}

describe("identity in WebCrypto", () => {
  test("is made once, signs as any other, and its key cannot be taken out", async () => {
    const store = variable();
    const first = await webCryptoIdentity(store);
    const again = await webCryptoIdentity(store);
    expect(again.id).toBe(first.id);
    expect(verifySignature(first.id, "test", bytes, await again.sign("test", bytes))).toBe(true);
    const { privateKey } = store.kept as CryptoKeyPair;
    for (const format of ["pkcs8", "jwk"] as const)
      await expect(subtle.exportKey(format, privateKey)).rejects.toThrow();
    await expect(first.sign("a\0b", bytes)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    expect(JSON.stringify(first)).toBe(`{"id":"${first.id}"}`);
  });

  test("two tabs at once get one", async () => {
    const store = variable();
    const [one, two] = await Promise.all([webCryptoIdentity(store), webCryptoIdentity(store)]);
    expect(one.id).toBe(two.id);
  });

  test("anything else in the store is refused by type", async () => {
    const [pair, other] = [
      await subtle.generateKey("Ed25519", false, ["sign", "verify"]),
      await subtle.generateKey("Ed25519", false, ["sign", "verify"]),
    ];
    if (!("privateKey" in pair) || !("privateKey" in other)) throw new Error("pairs");
    const open = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const agreement = await subtle.generateKey("X25519", false, ["deriveBits"]);
    const mixed = { privateKey: pair.privateKey, publicKey: other.publicKey };
    for (const kept of [
      null,
      7,
      "key",
      {},
      [],
      open,
      agreement,
      mixed,
      { privateKey: {}, publicKey: {} },
      { __proto__: pair, publicKey: 1 },
    ]) {
      const store: IdentityKeyStore = { load: async () => kept ?? "nothing of ours", keep: async () => kept };
      await expect(webCryptoIdentity(store)).rejects.toMatchObject(invalid);
    }
  });

  test("no Ed25519 here: IDENTITY_UNSUPPORTED", async () => {
    const without = { generateKey: () => Promise.reject(new DOMException("no", "NotSupportedError")) };
    await expect(webCryptoIdentity(variable(), without as never)).rejects.toMatchObject({
      code: "IDENTITY_UNSUPPORTED",
    });
  });
});

describe("key store in IndexedDB", () => {
  test("keeps the first pair, over openings, one for each name", async () => {
    const factory = new IDBFactory();
    const [one, two] = await Promise.all([
      webCryptoIdentity(indexedDbKeyStore("a", factory)),
      webCryptoIdentity(indexedDbKeyStore("a", factory)),
    ]);
    expect(one.id).toBe(two.id);
    expect((await webCryptoIdentity(indexedDbKeyStore("a", factory))).id).toBe(one.id);
    expect((await webCryptoIdentity(indexedDbKeyStore("b", factory))).id).not.toBe(one.id);
  });

  test("no IndexedDB, or one that fails: each by its code", async () => {
    await expect(indexedDbKeyStore("a", undefined).load()).rejects.toMatchObject({ code: "IDENTITY_UNSUPPORTED" });
    const factory = new IDBFactory();
    const request = factory.open("taken", 2);
    await new Promise((resolve) => {
      request.onsuccess = resolve;
    });
    await expect(indexedDbKeyStore("taken", factory).load()).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
