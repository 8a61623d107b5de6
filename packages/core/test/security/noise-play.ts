/** Playing vectors of Noise XX, in any runtime. */
import { hexToBytes } from "@noble/hashes/utils.js";
import * as z from "zod";
import { SwarmError } from "../../src/errors/index.ts";
import type { CryptoSuite } from "../../src/ports/crypto-suite.ts";
import { equalBytes } from "../../src/security/bytes.ts";
import { noiseCipher } from "../../src/security/noise-cipher.ts";
import { noiseHandshake } from "../../src/security/noise-xx.ts";

const hexBytes = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => hexToBytes(text));
export const vector = z.object({
  protocol_name: z.literal("Noise_XX_25519_ChaChaPoly_SHA256"),
  init_prologue: hexBytes,
  init_static: hexBytes,
  init_ephemeral: hexBytes,
  resp_prologue: hexBytes,
  resp_static: hexBytes,
  resp_ephemeral: hexBytes,
  handshake_hash: hexBytes.optional(),
  messages: z.array(z.object({ payload: hexBytes, ciphertext: hexBytes })).min(3),
});
export type NoiseVector = z.output<typeof vector>;

/** Plays the vector with both roles ours; returns what differs, by message. */
export function playVector(suite: CryptoSuite, v: NoiseVector): readonly string[] {
  const differences: string[] = [];
  const sides = [
    noiseHandshake({
      suite,
      initiator: true,
      prologue: v.init_prologue,
      static: suite.keyPair(v.init_static),
      ephemeral: suite.keyPair(v.init_ephemeral),
    }),
    noiseHandshake({
      suite,
      initiator: false,
      prologue: v.resp_prologue,
      static: suite.keyPair(v.resp_static),
      ephemeral: suite.keyPair(v.resp_ephemeral),
    }),
  ] as const;
  const same = (what: string, got: Uint8Array, wanted: Uint8Array): void => {
    if (!equalBytes(got, wanted)) differences.push(what);
  };
  v.messages.slice(0, 3).forEach(({ payload, ciphertext }, at) => {
    const [from, to] = at % 2 === 0 ? sides : [sides[1], sides[0]];
    same(`message ${at} written`, from.writeMessage(payload), ciphertext);
    same(`message ${at} read`, to.readMessage(ciphertext), payload);
  });
  const [initiator, responder] = [sides[0].split(), sides[1].split()];
  same("hashes equal", initiator.handshakeHash, responder.handshakeHash);
  if (v.handshake_hash !== undefined) same("hash", initiator.handshakeHash, v.handshake_hash);
  const ways = [initiator, responder].map((keys) => ({
    send: noiseCipher(suite, keys.sendKey),
    receive: noiseCipher(suite, keys.receiveKey),
  }));
  const none = new Uint8Array();
  v.messages.slice(3).forEach(({ payload, ciphertext }, at) => {
    const [from, to] = at % 2 === 0 ? [ways[1], ways[0]] : [ways[0], ways[1]];
    if (from === undefined || to === undefined) throw new SwarmError("OPTION_INVALID", "two sides");
    same(`message ${at + 3} sealed`, from.send.encrypt(none, payload), ciphertext);
    same(`message ${at + 3} opened`, to.receive.decrypt(none, ciphertext), payload);
  });
  return differences;
}
