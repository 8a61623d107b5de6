import type { CryptoSuite } from "../ports/crypto-suite.ts";
import { joinBytes, wipe } from "./bytes.ts";
import { type NoiseCipher, noiseCipher } from "./noise-cipher.ts";

/** Noise §5.2 `SymmetricState`: the chaining key, the transcript's hash, and the key of the moment. */
export interface NoiseSymmetric {
  /** The transcript so far (32 bytes, a copy). */
  hash(): Uint8Array;
  mixHash(bytes: Uint8Array): void;
  mixKey(input: Uint8Array): void;
  /** Seals once there is a key; before, the bytes go as they are. Either way they enter the transcript. */
  encryptAndHash(plain: Uint8Array): Uint8Array;
  /** @throws SwarmError `SEAL_BROKEN` */
  decryptAndHash(received: Uint8Array): Uint8Array;
  /** The keys of the two directions: the initiator's sending key first. Wipes this state. */
  split(): readonly [Uint8Array, Uint8Array];
  wipe(): void;
}

/** @param name the protocol's name, at most 32 bytes of ASCII */
export function noiseSymmetric(suite: CryptoSuite, name: Uint8Array): NoiseSymmetric {
  let hash: Uint8Array = new Uint8Array(32);
  hash.set(name);
  const chain = Uint8Array.from(hash);
  let cipher: NoiseCipher | undefined;

  const mixHash = (bytes: Uint8Array): void => {
    hash = suite.hash(joinBytes(hash, bytes));
  };

  /** HKDF (RFC 5869) with two outputs, as Noise §4.3 has it. */
  const derive = (input: Uint8Array): readonly [Uint8Array, Uint8Array] => {
    const temporary = suite.hmac(chain, input);
    const first = suite.hmac(temporary, Uint8Array.of(1));
    const second = suite.hmac(temporary, joinBytes(first, Uint8Array.of(2)));
    wipe(temporary);
    return [first, second];
  };

  const clear = (): void => {
    cipher?.wipe();
    cipher = undefined;
    wipe(chain);
  };

  return {
    hash: () => Uint8Array.from(hash),
    mixHash,
    mixKey(input) {
      const [next, key] = derive(input);
      chain.set(next);
      cipher?.wipe();
      cipher = noiseCipher(suite, key);
      wipe(next, key);
    },
    encryptAndHash(plain) {
      const sent = cipher === undefined ? Uint8Array.from(plain) : cipher.encrypt(hash, plain);
      mixHash(sent);
      return sent;
    },
    decryptAndHash(received) {
      const plain = cipher === undefined ? Uint8Array.from(received) : cipher.decrypt(hash, received);
      mixHash(received);
      return plain;
    },
    split() {
      const keys = derive(new Uint8Array());
      clear();
      return keys;
    },
    wipe: clear,
  };
}
