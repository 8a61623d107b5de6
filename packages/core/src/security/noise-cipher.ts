import { SwarmError } from "../errors/index.ts";
import type { CipherState, CryptoSuite } from "../ports/crypto-suite.ts";
import { wipe } from "./bytes.ts";

/** A Noise message, handshake or transport, has at most 65,535 bytes (Noise §3). */
export const maxNoiseMessageBytes = 65_535;
const tagBytes = 16;

/** Noise §5.1 `CipherState` with its own counter. */
export interface NoiseCipher {
  /** @throws SwarmError `FRAME_TOO_LARGE`, `SEAL_EXHAUSTED` */
  encrypt(additional: Uint8Array, plain: Uint8Array): Uint8Array;
  /** The counter moves only when the seal holds. @throws SwarmError `SEAL_BROKEN`, `SEAL_EXHAUSTED` */
  decrypt(additional: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** Goes on under the next key (Noise §4.2 `REKEY`); the counter stays, as §5.1 says. */
  rekey(): void;
  /** Forgets the key. Twice is harmless. */
  wipe(): void;
}

/**
 * @param key 32 bytes, copied
 * @param firstCounter where to begin: 0 but in tests
 */
export function noiseCipher(suite: CryptoSuite, key: Uint8Array, firstCounter = 0): NoiseCipher {
  let current = Uint8Array.from(key);
  let cipher: CipherState = suite.cipher(current);
  let counter = firstCounter;

  const requireCounter = (): void => {
    // Noise allows 2⁶⁴ − 2; a number is exact up to 2⁵³ − 1, and no link lives that long.
    if (counter >= Number.MAX_SAFE_INTEGER) throw new SwarmError("SEAL_EXHAUSTED", "The key's counter is used up.");
  };

  return {
    encrypt(additional, plain) {
      requireCounter();
      if (plain.length + tagBytes > maxNoiseMessageBytes) {
        throw new SwarmError("FRAME_TOO_LARGE", `A Noise message has at most ${maxNoiseMessageBytes} bytes.`);
      }
      const sealed = cipher.seal(counter, additional, plain);
      counter += 1;
      return sealed;
    },
    decrypt(additional, sealed) {
      requireCounter();
      const plain = sealed.length > maxNoiseMessageBytes ? undefined : cipher.open(counter, additional, sealed);
      if (plain === undefined) throw new SwarmError("SEAL_BROKEN", "A Noise message's seal does not hold.");
      counter += 1;
      return plain;
    },
    rekey() {
      const next = suite.rekey(current);
      cipher.wipe();
      wipe(current);
      current = Uint8Array.from(next);
      wipe(next);
      cipher = suite.cipher(current);
    },
    wipe() {
      cipher.wipe();
      wipe(current);
    },
  };
}
