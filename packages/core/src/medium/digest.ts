import type { CryptoSuite } from "../ports/index.ts";

/**
 * SHA-256 of a text: names that tell nothing to who does not know what they are made of, as where nodes of a network meet.
 * @param suite the kernel's, else WebCrypto
 */
export async function digestOf(text: string, suite: CryptoSuite | undefined): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return suite ? suite.hash(bytes) : new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
