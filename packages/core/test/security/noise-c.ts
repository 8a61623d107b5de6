import { createRequire } from "node:module";

/** The part of noise-c.wasm (rweather's noise-c) that the interoperation test calls. */
export interface NoiseC {
  readonly constants: { readonly NOISE_ROLE_INITIATOR: number; readonly NOISE_ROLE_RESPONDER: number };
  HandshakeState(name: string, role: number): NoiseCHandshake;
}
export interface NoiseCHandshake {
  Initialize(prologue: Uint8Array, secret: Uint8Array): void;
  WriteMessage(payload: Uint8Array): Uint8Array;
  ReadMessage(message: Uint8Array, wantsPayload: true): Uint8Array;
  Split(): readonly [NoiseCCipher, NoiseCCipher];
  GetHandshakeHash(): Uint8Array;
  GetRemotePublicKey(): Uint8Array;
}
export interface NoiseCCipher {
  EncryptWithAd(additional: Uint8Array, plain: Uint8Array): Uint8Array;
  DecryptWithAd(additional: Uint8Array, sealed: Uint8Array): Uint8Array;
}

type CreateNoise = (options: { printErr(text: string): void }, ready: (noise: NoiseC) => void) => void;

export function loadNoiseC(): Promise<NoiseC> {
  const create: CreateNoise = createRequire(import.meta.url)("noise-c.wasm");
  // Wrapped: the library's object would otherwise be asked for a `then`.
  return new Promise((resolve) => create({ printErr: () => undefined }, resolve));
}
