import type { Platform } from "../security/platform.ts";
import { nodeCryptoSuite } from "./node-crypto-suite.ts";
import { nodeEd25519 } from "./node-ed25519.ts";

/** Node's own OpenSSL. */
export const platform: Platform = Object.freeze({ cryptoSuite: nodeCryptoSuite, ed25519: nodeEd25519 });
