import { hexOf } from "../hashing/domains.ts";
import type { SignatureClaim, SignatureVerifier } from "../model/signature-claim.ts";
import { RecentIds } from "./recent-ids.ts";

/**
 * Remembers the last claims that held, so that what waited here is not checked again in its block; after the signature cache of
 * Bitcoin Core. A claim is looked up by all that it says, key, domain, bytes and signature: nothing else passes for it. Of those
 * that do not hold nothing is kept.
 * @param most claims that are remembered
 */
export function rememberedSignatures(verifier: SignatureVerifier, most: number): SignatureVerifier {
  const held = new RecentIds(most);
  return {
    async verifyBatch(claims) {
      const names = claims.map(nameOf);
      const unknown = claims.filter((_, at) => !held.has(names[at] ?? ""));
      const answers = unknown.length === 0 ? [] : await verifier.verifyBatch(unknown);
      let next = 0;
      return claims.map((claim, at) => {
        if (claim !== unknown[next]) return true;
        const holds = answers[next] === true;
        next += 1;
        if (holds) held.add(names[at] ?? "");
        return holds;
      });
    },
  };
}

/** Every field is of one length, or the last of its kind: two claims of one name are one claim. */
function nameOf({ account, domain, bytes, signature }: SignatureClaim): string {
  return `${domain}\0${account}\0${hexOf(signature)}\0${hexOf(bytes)}`;
}
