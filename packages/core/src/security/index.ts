/**
 * Who speaks, and how it is sealed: identity, Noise handshake, records, sealed letters. Pure parts and libraries; the
 * kernel wires them into connections.
 */
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
export { indexedDbKeyStore } from "./indexed-db-key-store.ts";
export { type LetterHpke, letterHpke } from "./letter-hpke.ts";
export { encodeLetterKeyCard, type LetterKeyCard, letterKeyId, openLetterKeyCard } from "./letter-key-card.ts";
export { type LetterKeys, type LetterKeysOptions, type LetterKeyVault, openLetterKeys } from "./letter-keys.ts";
export {
  type LetterContent,
  maxLetterBodyBytes,
  type OpenedLetter,
  type OpenLetterOptions,
  openLetter,
  type SealLetterOptions,
  sealLetter,
} from "./letter-seal.ts";
export { letterSizes } from "./letter-sizes.ts";
export {
  checkLinkHello,
  encodeLinkHello,
  encodeLinkProof,
  linkPrologue,
  linkVersion,
  maxProofExtraBytes,
  openLinkProof,
  type ProofReader,
  type ProvenPeer,
  type Prover,
} from "./link-payload.ts";
export { nobleSuite } from "./noble-suite.ts";
export { maxNoiseMessageBytes, type NoiseCipher, noiseCipher } from "./noise-cipher.ts";
export {
  type NoiseHandshake,
  type NoiseHandshakeOptions,
  type NoiseKeys,
  noiseHandshake,
  noiseProtocolName,
} from "./noise-xx.ts";
export { isPeerId, peerIdOf, publicKeyOf } from "./peer-id.ts";
export {
  createRecordLayer,
  maxSealedFrameBytes,
  type RecordLayer,
  type RecordLayerOptions,
  recordOverheadBytes,
} from "./record-layer.ts";
export { hasWebCryptoEd25519, webCryptoEd25519 } from "./webcrypto-ed25519.ts";
export { type IdentityKeyStore, webCryptoIdentity } from "./webcrypto-identity.ts";
