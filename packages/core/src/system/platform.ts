import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { CryptoSuite } from "../ports/crypto-suite.ts";
import { type Ed25519Engine, nobleEd25519 } from "../security/ed25519-engine.ts";
import { nobleSuite } from "../security/noble-suite.ts";
import { browserNetwork, type NetworkSignal } from "./network-signal.ts";

/** What the runtime at hand does fastest, and what it alone can tell. `#platform` leads to this file, or in Node to `node/platform.ts`. */
export interface Platform {
  readonly cryptoSuite: () => CryptoSuite;
  readonly ed25519: () => Ed25519Engine;
  readonly network: () => NetworkSignal;
  readonly sha256Hex: (bytes: Uint8Array) => string;
}

/** The ground everywhere: noble, and a browser's events where there are any. */
export const platform: Platform = Object.freeze({
  cryptoSuite: nobleSuite,
  ed25519: nobleEd25519,
  network: browserNetwork,
  sha256Hex: (bytes: Uint8Array) => bytesToHex(sha256(bytes)),
});
