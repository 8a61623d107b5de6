import { SwarmError } from "../errors/index.ts";
import type { CryptoSuite, KeyPair } from "../ports/crypto-suite.ts";
import { isBytes, joinBytes, textBytes, wipe } from "./bytes.ts";
import { maxNoiseMessageBytes } from "./noise-cipher.ts";
import { noiseSymmetric } from "./noise-symmetric.ts";

/** Exactly 32 bytes, so it is the first transcript hash as it is. */
export const noiseProtocolName = "Noise_XX_25519_ChaChaPoly_SHA256";

type Token = "e" | "s" | "ee" | "es" | "se";

/** Noise §7.5, pattern XX: each message's tokens, the initiator's first. */
const pattern: readonly (readonly Token[])[] = Object.freeze([["e"], ["e", "ee", "s", "es"], ["s", "se"]]);

export interface NoiseHandshakeOptions {
  readonly suite: CryptoSuite;
  readonly initiator: boolean;
  /** What both sides must already agree on; it enters the transcript unsent. */
  readonly prologue: Uint8Array;
  /** Ours for this run of the node. Not wiped here: the caller owns it. */
  readonly static: KeyPair;
  /** For vectors alone; fresh otherwise. */
  readonly ephemeral?: KeyPair;
}

/** What a finished handshake leaves: 32 bytes each. The caller wipes the keys. */
export interface NoiseKeys {
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
  /** The whole transcript's hash, the same on both sides (channel binding, Noise §11.2). */
  readonly handshakeHash: Uint8Array;
}

/**
 * - `write`, `read`: whose turn it is. `done`: the third message is through; `split` takes the keys.
 * - `over`: split, failed or abandoned. Nothing more can be done with it, and its secrets are wiped.
 */
export type NoisePhase = "write" | "read" | "done" | "over";

/** One run of `Noise_XX_25519_ChaChaPoly_SHA256` (Noise revision 34). The first failure of any kind ends it for good. */
export interface NoiseHandshake {
  readonly phase: NoisePhase;
  /** The other side's static key (32 bytes), once it has come. Its owner is proven when the phase is `done`. */
  readonly remoteStatic: Uint8Array | undefined;
  /** Hash of the transcript so far: what a payload may sign to be good for this run alone. */
  transcript(): Uint8Array;
  /** @throws SwarmError `HANDSHAKE_FAILED`, `FRAME_TOO_LARGE` */
  writeMessage(payload: Uint8Array): Uint8Array;
  /** The payload. @throws SwarmError `HANDSHAKE_FAILED` */
  readMessage(message: Uint8Array): Uint8Array;
  /** Once, when `done`. @throws SwarmError `HANDSHAKE_FAILED` */
  split(): NoiseKeys;
  /** Gives the run up and wipes its secrets. Twice is harmless. */
  abandon(): void;
}

export function noiseHandshake(o: NoiseHandshakeOptions): NoiseHandshake {
  const { suite, initiator } = o;
  const symmetric = noiseSymmetric(suite, textBytes(noiseProtocolName));
  symmetric.mixHash(o.prologue);
  let step = 0;
  let over = false;
  let ephemeral: KeyPair | undefined = o.ephemeral;
  let remoteEphemeral: Uint8Array | undefined;
  let remoteStatic: Uint8Array | undefined;

  const phase = (): NoisePhase => {
    if (over) return "over";
    if (step === pattern.length) return "done";
    return (step % 2 === 0) === initiator ? "write" : "read";
  };

  const abandon = (): void => {
    over = true;
    symmetric.wipe();
    wipe(ephemeral?.secretKey);
    ephemeral = undefined;
  };

  /** Runs one call; whatever it throws ends the run. */
  const guarded = <Result>(wanted: NoisePhase, run: () => Result): Result => {
    try {
      if (phase() !== wanted)
        throw new SwarmError("HANDSHAKE_FAILED", `Not now: the handshake's phase is "${phase()}".`);
      return run();
    } catch (cause) {
      abandon();
      if (SwarmError.is(cause, "FRAME_TOO_LARGE") || SwarmError.is(cause, "HANDSHAKE_FAILED")) throw cause;
      throw new SwarmError("HANDSHAKE_FAILED", "The other side's handshake message does not hold.", { cause });
    }
  };

  const mixExchange = (own: KeyPair | undefined, other: Uint8Array | undefined): void => {
    if (own === undefined || other === undefined) throw new SwarmError("HANDSHAKE_FAILED", "A key is missing.");
    const shared = suite.dh(own, other);
    symmetric.mixKey(shared);
    wipe(shared);
  };

  /** `es` is the initiator's ephemeral with the responder's static, whoever computes it. */
  const exchange = (token: "ee" | "es" | "se"): void => {
    if (token === "ee") mixExchange(ephemeral, remoteEphemeral);
    else if ((token === "es") === initiator) mixExchange(ephemeral, remoteStatic);
    else mixExchange(o.static, remoteEphemeral);
  };

  const writeToken = (token: Token): Uint8Array => {
    if (token === "e") {
      ephemeral ??= suite.keyPair();
      symmetric.mixHash(ephemeral.publicKey);
      return ephemeral.publicKey;
    }
    if (token === "s") return symmetric.encryptAndHash(o.static.publicKey);
    exchange(token);
    return new Uint8Array();
  };

  /** Reads one token's field; returns its length. */
  const readToken = (token: Token, rest: Uint8Array): number => {
    if (token === "e") {
      remoteEphemeral = Uint8Array.from(takeField(rest, 32));
      symmetric.mixHash(remoteEphemeral);
      return 32;
    }
    if (token === "s") {
      remoteStatic = symmetric.decryptAndHash(takeField(rest, 48));
      return 48;
    }
    exchange(token);
    return 0;
  };

  return {
    get phase() {
      return phase();
    },
    get remoteStatic() {
      return remoteStatic;
    },
    transcript: symmetric.hash,
    writeMessage: (payload) =>
      guarded("write", () => {
        const fields = (pattern[step] ?? []).map(writeToken);
        const message = joinBytes(...fields, symmetric.encryptAndHash(payload));
        if (message.length > maxNoiseMessageBytes) {
          throw new SwarmError("FRAME_TOO_LARGE", `A Noise message has at most ${maxNoiseMessageBytes} bytes.`);
        }
        step += 1;
        return message;
      }),
    readMessage: (message) =>
      guarded("read", () => {
        if (!(message instanceof Uint8Array) || message.length > maxNoiseMessageBytes) {
          throw new SwarmError("HANDSHAKE_FAILED", "Not a Noise message: more than 65,535 bytes, or none.");
        }
        let rest = message;
        for (const token of pattern[step] ?? []) rest = rest.subarray(readToken(token, rest));
        const payload = symmetric.decryptAndHash(rest);
        step += 1;
        return payload;
      }),
    split: () =>
      guarded("done", () => {
        const handshakeHash = symmetric.hash();
        const [first, second] = symmetric.split();
        abandon();
        return { sendKey: initiator ? first : second, receiveKey: initiator ? second : first, handshakeHash };
      }),
    abandon,
  };
}

function takeField(rest: Uint8Array, length: number): Uint8Array {
  const field = rest.subarray(0, length);
  if (!isBytes(field, length)) throw new SwarmError("HANDSHAKE_FAILED", "A handshake message ended early.");
  return field;
}
