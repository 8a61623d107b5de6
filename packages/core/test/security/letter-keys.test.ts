import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptoSuite } from "../../src/node/node-crypto-suite.ts";
import { equalBytes } from "../../src/security/bytes.ts";
import { identityFromSecret } from "../../src/security/identity.ts";
import { encodeLetterKeyCard, letterKeyId, openLetterKeyCard } from "../../src/security/letter-key-card.ts";
import { type LetterKeys, type LetterKeyVault, openLetterKeys } from "../../src/security/letter-keys.ts";

const identity = identityFromSecret(new Uint8Array(32).fill(1));
const mallory = identityFromSecret(new Uint8Array(32).fill(66));
const suite = nodeCryptoSuite();
const dayMs = 86_400_000;
const start = 1_800_000_000_000;
const invalid = expect.objectContaining({ code: "LETTER_KEY_INVALID" });

function memoryVault(): LetterKeyVault & { value: Uint8Array | undefined; fail: boolean } {
  return {
    value: undefined,
    fail: false,
    async load() {
      return this.value;
    },
    async save(value) {
      if (this.fail) throw new Error("disk");
      this.value = Uint8Array.from(value);
    },
  };
}

function world(vault?: LetterKeyVault): {
  time: number;
  open(): Promise<LetterKeys>;
  idOf(card: Uint8Array): Uint8Array;
} {
  const here = {
    time: start,
    open: () =>
      openLetterKeys({
        identity,
        network: "net",
        suite,
        clock: { wall: () => here.time },
        ...(vault ? { vault } : {}),
      }),
    idOf: (card: Uint8Array) => letterKeyId(openLetterKeyCard(card, { network: "net", wallMs: here.time }).publicKey),
  };
  return here;
}

describe("letter key card", () => {
  const key = { publicKey: new Uint8Array(32).fill(9), notBefore: start, notAfter: start + 7 * dayMs };
  const now = { network: "net", wallMs: start };

  test("is read back, for its network and its time", async () => {
    const card = await encodeLetterKeyCard(identity, "net", key);
    expect(openLetterKeyCard(card, now)).toEqual({ peer: identity.id, ...key });
    expect(openLetterKeyCard(card, { network: "net", wallMs: key.notAfter - 1 }).peer).toBe(identity.id);
    for (const other of [{ network: "other" }, { wallMs: key.notAfter }, { wallMs: start - 3_600_001 }]) {
      expect(() => openLetterKeyCard(card, { ...now, ...other })).toThrow(invalid);
    }
    const forever = await encodeLetterKeyCard(identity, "net", { ...key, notAfter: start + 32 * dayMs });
    expect(() => openLetterKeyCard(forever, now)).toThrow(invalid);
  });

  test("another's key under a peer's name is refused, and any changed bit", async () => {
    const posed = await encodeLetterKeyCard(
      { id: identity.id, sign: (domain, bytes) => mallory.sign(domain, bytes) },
      "net",
      key,
    );
    expect(() => openLetterKeyCard(posed, now)).toThrow(invalid);
    expect(openLetterKeyCard(posed, { ...now, verifier: { verify: () => true } }).peer).toBe(identity.id);
    const card = await encodeLetterKeyCard(identity, "net", key);
    for (let at = 0; at < card.length; at += 1) {
      const altered = Uint8Array.from(card);
      altered[at] = (altered[at] ?? 0) ^ 4;
      expect(() => openLetterKeyCard(altered, now)).toThrow(invalid);
    }
  });

  test("any bytes: one code", () => {
    const fields = fc.array(fc.oneof(fc.anything(), fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat()), {
      maxLength: 7,
    });
    const structure = fields.map((list) => {
      try {
        return encode([1, ...list]);
      } catch {
        return new Uint8Array();
      }
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), structure), (bytes) => {
        expect(() => openLetterKeyCard(bytes, now)).toThrow(invalid);
      }),
    );
    for (const nonsense of [undefined, null, "x", 5, {}])
      expect(() => openLetterKeyCard(nonsense as never, now)).toThrow(invalid);
  });
});

describe("letter keys", () => {
  test("one key a day; each is found until its card and the longest letter are over, then wiped", async () => {
    const here = world();
    const keys = await here.open();
    const first = await keys.card();
    const firstId = here.idOf(first);
    const secret = keys.find(firstId)?.secretKey ?? new Uint8Array();
    here.time += dayMs - 1;
    expect(equalBytes(await keys.card(), first)).toBe(true);
    here.time += 1;
    const second = await keys.card();
    expect(here.idOf(second)).not.toEqual(firstId);
    here.time = start + 14 * dayMs - 1;
    expect(keys.find(firstId)?.secretKey).toEqual(secret);
    expect(secret.some((byte) => byte !== 0)).toBe(true);
    here.time += 1;
    expect(keys.find(firstId)).toBeUndefined();
    expect(await keys.prune()).toBe(1);
    expect(secret).toEqual(new Uint8Array(32));
    keys.close();
    keys.close();
    await expect(keys.card()).rejects.toMatchObject({ code: "SWARM_STOPPED" });
  });

  test("two at once make one key", async () => {
    const keys = await world().open();
    const [one, two] = await Promise.all([keys.card(), keys.card()]);
    expect(one).toEqual(two);
    expect(await keys.prune()).toBe(1);
  });

  test("a vault carries them over a restart; without one they are new", async () => {
    const vault = memoryVault();
    const here = world(vault);
    const before = await here.open();
    const id = here.idOf(await before.card());
    const publicKey = before.find(id)?.publicKey;
    before.close();
    const after = await here.open();
    expect(after.find(id)?.publicKey).toEqual(publicKey);
    expect(here.idOf(await after.card())).toEqual(id);
    here.time += 15 * dayMs;
    await after.prune();
    expect(vault.value).toEqual(encode([1]));
  });

  test("what went to the vault is wiped here, whether it took it or not", async () => {
    const vault = memoryVault();
    const given: Uint8Array[] = [];
    const save = (value: Uint8Array) => {
      given.push(value);
      return vault.save(value);
    };
    const here = world({ load: () => vault.load(), save });
    const keys = await here.open();
    const card = await keys.card();
    vault.fail = true;
    here.time += dayMs;
    await expect(keys.card()).rejects.toThrow("disk");
    expect(given.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([false, false]);
    expect((await world(vault).open()).find(here.idOf(card))).toBeDefined();
  });

  test("a key is published only once the vault has it", async () => {
    const vault = memoryVault();
    const keys = await world(vault).open();
    vault.fail = true;
    await expect(keys.card()).rejects.toThrow("disk");
    expect(await keys.prune()).toBe(0);
    vault.fail = false;
    await keys.card();
    expect(await keys.prune()).toBe(1);
  });

  test("a clock set back or forward gives a new key and keeps the old; never more than 64", async () => {
    const here = world();
    const keys = await here.open();
    const id = here.idOf(await keys.card());
    here.time -= 400 * dayMs;
    const moved = here.idOf(await keys.card());
    expect(moved).not.toEqual(id);
    expect(keys.find(id)).toBeDefined();
    for (let at = 0; at < 100; at += 1) {
      here.time -= 1;
      await keys.card();
    }
    expect(await keys.prune()).toBe(64);
  });

  test("a vault with anything else is refused by type", async () => {
    // The shortest that is sound, no key at all: chance alone writes its two bytes too.
    const empty = encode([1]);
    const hollow = { load: async () => empty, save: async () => undefined };
    expect(await (await world(hollow).open()).prune()).toBe(0);
    await fc.assert(
      fc.asyncProperty(
        fc
          .oneof(
            fc.uint8Array({ maxLength: 99 }),
            fc.anything().map((value) => encodeAny([1, value])),
          )
          .filter((bytes) => !equalBytes(bytes, empty)),
        async (value) => {
          const vault = { load: async () => value, save: async () => undefined };
          const outcome = await world(vault)
            .open()
            .then(
              () => "opened",
              (error: { code?: string }) => error.code,
            );
          expect(outcome).toBe("STORE_FAILED");
        },
      ),
    );
  });
});

function encodeAny(value: unknown): Uint8Array {
  try {
    return encode(value);
  } catch {
    return Uint8Array.of(0xff);
  }
}
