import type { Account } from "./hex.ts";

/** "This key signed these bytes in this domain." Pure rooms make claims; whoever has an engine checks them, many at once. */
export interface SignatureClaim {
  readonly account: Account;
  /** As in the kernel's `Identity.sign`: what is signed is `domain ‖ 0x00 ‖ bytes`. */
  readonly domain: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Checks claims by the rule `ed25519-strict/1`, in their order. Total: nonsense is false. */
export interface SignatureVerifier {
  verifyBatch(claims: readonly SignatureClaim[]): Promise<readonly boolean[]>;
}
