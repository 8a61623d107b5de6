import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

type Curve = "X25519" | "Ed25519";

/** A private key object of a raw secret. The public half in the JWK is not read, but must be there. */
export function privateKeyObject(curve: Curve, secret: Uint8Array): KeyObject {
  const d = Buffer.from(secret.buffer, secret.byteOffset, secret.length).toString("base64url");
  return createPrivateKey({ key: { kty: "OKP", crv: curve, d, x: unread }, format: "jwk" });
}

/** A public key object of a raw key. */
export function publicKeyObject(curve: Curve, publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: curve, x }, format: "jwk" });
}

/** The raw public key of a private key object, 32 bytes. */
export function rawPublicKey(privateKey: KeyObject): Uint8Array {
  return Uint8Array.from(Buffer.from(createPublicKey(privateKey).export({ format: "jwk" }).x ?? "", "base64url"));
}

/** The raw secret of a private key object, 32 bytes. */
export function rawSecretKey(privateKey: KeyObject): Uint8Array {
  return Uint8Array.from(Buffer.from(privateKey.export({ format: "jwk" }).d ?? "", "base64url"));
}

const unread = "A".repeat(43);
