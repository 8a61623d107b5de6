/**
 * Cryptography that hides nothing. Behind real seals a mutated message ends at the seal; behind these it reaches the
 * parser beyond, as that of a hostile peer with sound keys would. Every 64th try goes to the real one.
 */
export const isRealTurn = (turn) => turn % 64 === 0;

export function toySuite() {
  return {
    keyPair(secretKey) {
      const secret = secretKey === undefined ? new Uint8Array(32).fill(7) : Uint8Array.from(secretKey);
      return { secretKey: secret, publicKey: secret.map((byte) => byte ^ 0x55) };
    },
    dh(own, publicKey) {
      if (publicKey[0] === 0) throw new RangeError("a low-order point");
      return own.secretKey.map((byte, at) => byte ^ publicKey[at]);
    },
    cipher: () => ({
      seal(_counter, _additional, plain, headroom = 0) {
        const sealed = new Uint8Array(headroom + plain.length + 16);
        sealed.set(plain, headroom);
        return sealed;
      },
      open: (_counter, _additional, sealed) => toyOpen(sealed),
      wipe() {},
    }),
    rekey: (key) => key.map((byte) => byte ^ 1),
    hash: (bytes) => toyHash(bytes),
    hmac: (key, bytes) => toyHash(bytes, key[0]),
  };
}

/** Half of all tags hold. */
const toyOpen = (sealed) =>
  sealed.length < 16 || (sealed[sealed.length - 1] & 1) === 1 ? undefined : sealed.slice(0, -16);

function toyHash(bytes, salt = 0) {
  let hash = (0x811c9dc5 ^ salt) >>> 0;
  for (let at = 0; at < bytes.length; at += 7) hash = Math.imul(hash ^ bytes[at], 0x01000193) >>> 0;
  return new Uint8Array(32).fill(hash & 0xff);
}

/** Signatures hold whose first byte is even. */
export const toyVerifier = { verify: (_key, _bytes, signature) => (signature[0] & 1) === 0 };

export const toyHpke = {
  seal: async ({ plain }) => Uint8Array.from([...new Uint8Array(32), ...plain, ...new Uint8Array(16)]),
  open: async ({ sealed }) => toyOpen(sealed.subarray(32)),
};
