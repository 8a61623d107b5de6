import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

/** Bytes that sealing adds: the encapsulated key and the tag. */
export const hpkeOverheadBytes = 32 + 16;

/**
 * HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. One message a key.
 * Needs X25519 in WebCrypto (Node 22, Chrome 133, Firefox 130, Safari 17).
 */
export interface LetterHpke {
  /** The encapsulated key (32 bytes), then what is sealed. Rejects on a key that is none. */
  seal(o: HpkeInput & { readonly publicKey: Uint8Array; readonly plain: Uint8Array }): Promise<Uint8Array>;
  /** Undefined where the seal does not hold. */
  open(o: HpkeInput & { readonly secretKey: Uint8Array; readonly sealed: Uint8Array }): Promise<Uint8Array | undefined>;
}

export interface HpkeInput {
  /** What the key is for; both sides know it. */
  readonly info: Uint8Array;
  /** What stands beside the seal and must not be altered. */
  readonly additional: Uint8Array;
  /** For vectors alone: where the ephemeral key comes from. */
  readonly ephemeralInput?: Uint8Array;
}

export function letterHpke(): LetterHpke {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Chacha20Poly1305(),
  });
  return {
    async seal({ publicKey, plain, info, additional, ephemeralInput }) {
      const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey);
      const ekm = ephemeralInput === undefined ? {} : { ekm: ephemeralInput };
      const context = await suite.createSenderContext({ recipientPublicKey, info, ...ekm });
      const cipherText = await context.seal(plain, additional);
      const sealed = new Uint8Array(32 + cipherText.byteLength);
      sealed.set(new Uint8Array(context.enc));
      sealed.set(new Uint8Array(cipherText), 32);
      return sealed;
    },
    async open({ secretKey, sealed, info, additional }) {
      try {
        const recipientKey = await suite.kem.deserializePrivateKey(secretKey);
        const context = await suite.createRecipientContext({ recipientKey, enc: sealed.slice(0, 32), info });
        return new Uint8Array(await context.open(sealed.slice(32), additional));
      } catch {
        return undefined;
      }
    },
  };
}
