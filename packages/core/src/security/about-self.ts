import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Instance } from "../ports/identity.ts";
import { isBytes } from "./bytes.ts";
import { decodeList, encodeList, isCount } from "./strict-cbor.ts";

/** What a node says of itself to a proven peer, inside the signed proof. */
export interface AboutSelf {
  /** Under which instance its sequences began. */
  readonly origin: Instance;
  /** Its letter key card; empty where it takes no sealed letters. */
  readonly card: Uint8Array;
}

const maxBytes = 8_192;

export function encodeAbout({ origin, card }: AboutSelf): Uint8Array {
  return encodeList([origin.epoch, hexToBytes(origin.nonce), card]);
}

/** Total: undefined for anything else. Later versions may add fields. */
export function decodeAbout(bytes: Uint8Array): AboutSelf | undefined {
  const [epoch, nonce, card] = decodeList(bytes, maxBytes) ?? [];
  if (!isCount(epoch) || !isBytes(nonce, 8) || !(card instanceof Uint8Array)) return undefined;
  return { origin: { epoch, nonce: bytesToHex(nonce) }, card };
}
