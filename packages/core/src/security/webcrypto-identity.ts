import { SwarmError } from "../errors/index.ts";
import type { Identity } from "../ports/identity.ts";
import { isSoundKey } from "./ed25519-strict.ts";
import { domainBytes } from "./identity.ts";
import { peerIdOf } from "./peer-id.ts";
import { hasWebCryptoEd25519 } from "./webcrypto-ed25519.ts";

/** Where one key pair lies. It keeps key objects, not bytes: IndexedDB does, so does a variable. */
export interface IdentityKeyStore {
  /** What is kept, or undefined. */
  load(): Promise<unknown>;
  /** Keeps the pair unless one is kept already, in one step; gives what is kept then. Two tabs at once get one. */
  keep(pair: CryptoKeyPair): Promise<unknown>;
}

/**
 * An identity whose private key never leaves the platform: not to a plugin, not to this code, not to a script that got in
 * later (that one can sign, but cannot carry the key away). Made at first use.
 * @throws SwarmError `IDENTITY_UNSUPPORTED` (no Ed25519 in WebCrypto), `IDENTITY_INVALID` (the store holds something else)
 */
export async function webCryptoIdentity(
  keyStore: IdentityKeyStore,
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<Identity> {
  if (subtle === undefined || !(await hasWebCryptoEd25519(subtle))) {
    throw new SwarmError("IDENTITY_UNSUPPORTED", "This platform's WebCrypto has no Ed25519.");
  }
  const kept = (await keyStore.load()) ?? (await keyStore.keep(await makePair(subtle)));
  const { privateKey, publicKey } = requirePair(kept);
  const id = peerIdOf(await provenPublicKey(subtle, privateKey, publicKey));
  return Object.freeze({
    id,
    sign: async (domain: string, bytes: Uint8Array) => {
      const signed = Uint8Array.from(domainBytes(domain, bytes));
      return new Uint8Array(await subtle.sign("Ed25519", privateKey, signed));
    },
  });
}

async function makePair(subtle: SubtleCrypto): Promise<CryptoKeyPair> {
  return requirePair(await subtle.generateKey("Ed25519", false, ["sign", "verify"]));
}

function requirePair(value: unknown): CryptoKeyPair {
  if (typeof value === "object" && value !== null && "privateKey" in value && "publicKey" in value) {
    const { privateKey, publicKey } = value;
    if (isKey(privateKey, "private", "sign") && isKey(publicKey, "public", "verify") && !privateKey.extractable) {
      return { privateKey, publicKey };
    }
  }
  throw invalid("The key store holds no Ed25519 pair whose private key stays inside.");
}

function isKey(value: unknown, type: "private" | "public", usage: KeyUsage): value is CryptoKey {
  const key = value instanceof CryptoKey ? value : undefined;
  return key?.type === type && key.algorithm.name === "Ed25519" && key.usages.includes(usage);
}

/** The raw public key, after the private one has signed for it. */
async function provenPublicKey(subtle: SubtleCrypto, privateKey: CryptoKey, publicKey: CryptoKey): Promise<Uint8Array> {
  const probe = Uint8Array.from(domainBytes("swarm-space/identity-probe/1", new Uint8Array(32)));
  const signature = await subtle.sign("Ed25519", privateKey, probe);
  const raw = new Uint8Array(await subtle.exportKey("raw", publicKey));
  if (!isSoundKey(raw) || !(await subtle.verify("Ed25519", publicKey, signature, probe))) {
    throw invalid("The two halves of the kept key do not fit each other.");
  }
  return raw;
}

function invalid(what: string): SwarmError {
  return new SwarmError("IDENTITY_INVALID", what);
}
