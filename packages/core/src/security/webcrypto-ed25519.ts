import type { AsyncStrictVerifier } from "./ed25519-strict.ts";

/** The cofactorless equation by WebCrypto, for `asyncStrictVerifier`. False where the platform has no Ed25519: ask `hasWebCryptoEd25519`. */
export function webCryptoEd25519(subtle: SubtleCrypto = globalThis.crypto.subtle): AsyncStrictVerifier {
  return {
    async verify(publicKey, bytes, signature) {
      try {
        const key = await subtle.importKey("raw", Uint8Array.from(publicKey), "Ed25519", false, ["verify"]);
        return await subtle.verify("Ed25519", key, Uint8Array.from(signature), Uint8Array.from(bytes));
      } catch {
        return false;
      }
    },
  };
}

/** True where this platform's WebCrypto signs with Ed25519 (Safari 17, Firefox 129, Chrome 137, Node 22). */
export async function hasWebCryptoEd25519(
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<boolean> {
  try {
    await subtle?.generateKey("Ed25519", false, ["sign", "verify"]);
    return subtle !== undefined;
  } catch {
    return false;
  }
}
