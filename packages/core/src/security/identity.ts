import { randomBytes } from "@noble/hashes/utils.js";
import { SwarmError } from "../errors/index.ts";
import type { Random } from "../ports/clock.ts";
import type { Identity, PeerId } from "../ports/identity.ts";
import { isBytes, wipe } from "./bytes.ts";
import { type Ed25519Engine, nobleEd25519 } from "./ed25519-engine.ts";
import { type StrictVerifier, strictVerifier } from "./ed25519-strict.ts";
import { isPeerId, peerIdOf, publicKeyOf } from "./peer-id.ts";

const domainShape = /^[\x21-\x7e]{1,64}$/;

/**
 * What is really signed: `domain ‖ 0x00 ‖ bytes`. The domain has no zero byte, so no two pairs give the same bytes.
 * @param domain 1 to 64 visible ASCII characters
 * @throws SwarmError `OPTION_INVALID`
 */
export function domainBytes(domain: string, bytes: Uint8Array): Uint8Array {
  if (typeof domain !== "string" || !domainShape.test(domain)) {
    throw new SwarmError("OPTION_INVALID", "A signature's domain has 1 to 64 visible ASCII characters.");
  }
  if (!(bytes instanceof Uint8Array)) throw new SwarmError("OPTION_INVALID", "What is signed must be a Uint8Array.");
  const signed = new Uint8Array(domain.length + 1 + bytes.length);
  for (let at = 0; at < domain.length; at += 1) signed[at] = domain.charCodeAt(at);
  signed.set(bytes, domain.length + 1);
  return signed;
}

/**
 * An identity of a known secret.
 * @param secret the Ed25519 seed, 32 bytes; copied, the caller may wipe its own
 * @param engine noble unless another is given; all give the same signatures
 * @throws SwarmError `IDENTITY_INVALID`
 */
export function identityFromSecret(secret: Uint8Array, engine: Ed25519Engine = nobleEd25519()): Identity {
  if (!isBytes(secret, 32)) throw new SwarmError("IDENTITY_INVALID", "An identity's secret has 32 bytes.");
  const signer = engine.signer(secret);
  return Object.freeze({
    id: peerIdOf(signer.publicKey),
    sign: async (domain: string, bytes: Uint8Array) => signer.sign(domainBytes(domain, bytes)),
  });
}

const kernelDomain = /^swarm-space\//;

/**
 * Signs for a plugin. Domains under `swarm-space/` are the kernel's own: with one a plugin could prove a handshake, write
 * sealed letters or publish letter keys in this node's name.
 * @throws SwarmError `OPTION_INVALID`
 */
export function pluginSigner(identity: Identity): Identity["sign"] {
  return async (domain, bytes) => {
    if (kernelDomain.test(domain)) {
      throw new SwarmError("OPTION_INVALID", `The domain ${domain.slice(0, 64)} is the kernel's own.`, {
        detail: { path: "domain", expected: "a domain that does not begin with swarm-space/" },
        cure: "Begin the domain with the plugin's name.",
      });
    }
    return identity.sign(domain, bytes);
  };
}

/** A fresh identity that ends with this process: kept nowhere. */
export async function ephemeralIdentity(random?: Pick<Random, "bytes">, engine?: Ed25519Engine): Promise<Identity> {
  const secret = random?.bytes(32) ?? randomBytes(32);
  const identity = identityFromSecret(secret, engine);
  wipe(secret);
  return identity;
}

/**
 * True when `id` signed `bytes` under `domain`, by the rule `ed25519-strict/1`. Total: nonsense is `false`.
 * @param verifier a strict verifier of a faster engine, or with a memory of sound keys
 */
export function verifySignature(
  id: PeerId,
  domain: string,
  bytes: Uint8Array,
  signature: Uint8Array,
  verifier: StrictVerifier = strictVerifier(nobleEd25519()),
): boolean {
  if (!isPeerId(id) || typeof domain !== "string" || !domainShape.test(domain) || !(bytes instanceof Uint8Array)) {
    return false;
  }
  return verifier.verify(publicKeyOf(id), domainBytes(domain, bytes), signature);
}
