import { domainBytes, type StrictVerifier } from "@swarm-space/core";
import { bytesOf } from "../hashing/domains.ts";
import type { SignatureVerifier } from "../model/signature-claim.ts";

/** Claims by the kernel's own rule `ed25519-strict/1`: one engine's crafted key is no other's. */
export function strictSignatures(verifier: StrictVerifier): SignatureVerifier {
  return {
    verifyBatch: async (claims) =>
      claims.map(({ account, domain, bytes, signature }) =>
        verifier.verify(bytesOf(account), domainBytes(domain, bytes), signature),
      ),
  };
}
