import type { Header, SealedHeader } from "../model/header.ts";
import { chainLimits } from "../model/limits.ts";
import { type Outcome, refuse } from "../model/verdict.ts";
import { type Field, fixedBytes, hash, u16, u32, u48, u64 } from "./field.ts";
import { decode, encode, record } from "./record.ts";

/** 190 bytes. */
const headerForm = record({
  version: u16,
  chainId: hash,
  height: u32,
  parent: hash,
  time: u48,
  transactionRoot: hash,
  stateRoot: hash,
  transactionCount: u16,
  bodyBytes: u32,
  difficulty: u32,
  nonce: u64,
  producer: hash,
});
export const sealedForm: Field<SealedHeader> = record({ header: headerForm, seal: fixedBytes(chainLimits.sealBytes) });

/** What the block id is made of: the header without its seal. */
export function encodeHeader(header: Header): Uint8Array {
  return encode(headerForm, header, chainLimits.headerBytes);
}

export function decodeHeader(bytes: Uint8Array): Outcome<Header> {
  return decode(headerForm, bytes);
}

/** 254 bytes: the header, then its seal. */
export function encodeSealedHeader(sealed: SealedHeader): Uint8Array {
  return encode(sealedForm, sealed, chainLimits.sealedHeaderBytes);
}

export function decodeSealedHeader(bytes: Uint8Array): Outcome<SealedHeader> {
  const { sealedHeaderBytes } = chainLimits;
  return bytes.length === sealedHeaderBytes
    ? decode(sealedForm, bytes)
    : refuse("MALFORMED", `a sealed header has ${sealedHeaderBytes} bytes, not ${bytes.length}`);
}
