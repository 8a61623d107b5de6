import { domainBytes, type StrictVerifier } from "@swarm-space/core";
import { bytesOf } from "../hashing/domains.ts";
import type { SignatureClaim, SignatureVerifier } from "../model/signature-claim.ts";

/** Fewer are checked where they stand: to hand them to other threads and to be called back takes longer. */
const leastForThreads = 64;
/** Handed to other threads at a time: who waits for those, a disk for example, waits for so many at most. */
const mostOnThreads = 256;

/** Claims by the kernel's own rule `ed25519-strict/1`: one engine's crafted key is no other's. */
export function strictSignatures(verifier: StrictVerifier): SignatureVerifier {
  const { verifyLater } = verifier;
  return {
    async verifyBatch(claims) {
      if (verifyLater === undefined || claims.length < leastForThreads)
        return claims.map((claim) => verifier.verify(...signedOf(claim)));
      const answers: boolean[] = [];
      for (let at = 0; at < claims.length; at += mostOnThreads) {
        const some = claims.slice(at, at + mostOnThreads);
        answers.push(...(await Promise.all(some.map((claim) => verifyLater(...signedOf(claim))))));
      }
      return answers;
    },
  };
}

/** Key, what was signed, signature. */
function signedOf({ account, domain, bytes, signature }: SignatureClaim) {
  return [bytesOf(account), domainBytes(domain, bytes), signature] as const;
}
