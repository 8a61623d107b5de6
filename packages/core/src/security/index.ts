export { type Ed25519Engine, type Ed25519Signer, nobleEd25519 } from "./ed25519-engine.ts";
export {
  type AsyncStrictVerifier,
  asyncStrictVerifier,
  isSoundKey,
  type KeyVerdicts,
  recentKeyVerdicts,
  type StrictVerifier,
  strictVerifier,
} from "./ed25519-strict.ts";
export { domainBytes, ephemeralIdentity, identityFromSecret, verifySignature } from "./identity.ts";
export { nobleSuite } from "./noble-suite.ts";
export { isPeerId, peerIdOf, publicKeyOf } from "./peer-id.ts";
export { hasWebCryptoEd25519, webCryptoEd25519 } from "./webcrypto-ed25519.ts";
