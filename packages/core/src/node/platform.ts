import { hash } from "node:crypto";
import { silentNetwork } from "../system/network-signal.ts";
import type { Platform } from "../system/platform.ts";
import { nodeCryptoSuite } from "./node-crypto-suite.ts";
import { nodeEd25519 } from "./node-ed25519.ts";

/** Node's own OpenSSL. Of the machine's network Node tells nothing. */
export const platform: Platform = Object.freeze({
  cryptoSuite: nodeCryptoSuite,
  ed25519: nodeEd25519,
  network: silentNetwork,
  // Digits are what it gives for a third of the price of bytes.
  sha256Hex: (bytes: Uint8Array) => hash("sha256", bytes, "hex"),
});
