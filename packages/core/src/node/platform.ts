import { hash } from "node:crypto";
import type { Platform } from "../system/platform.ts";
import { addressWatch } from "./address-watch.ts";
import { nodeCryptoSuite } from "./node-crypto-suite.ts";
import { nodeEd25519 } from "./node-ed25519.ts";

/** Node's own OpenSSL, and the machine's addresses. */
export const platform: Platform = Object.freeze({
  cryptoSuite: nodeCryptoSuite,
  ed25519: nodeEd25519,
  network: () => addressWatch(),
  // Digits are what it gives for a third of the price of bytes.
  sha256Hex: (bytes: Uint8Array) => hash("sha256", bytes, "hex"),
});
