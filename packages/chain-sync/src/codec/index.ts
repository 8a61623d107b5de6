/** The one byte form of each hashed thing. */
export { type Field, fixedBytes, hash, list, sizedBytes, text, u8, u16, u32, u48, u64, type ValueOf } from "./field.ts";
export { decodeHeader, decodeSealedHeader, encodeHeader, encodeSealedHeader } from "./header-codec.ts";
export { decode, encode, record } from "./record.ts";
export { decodeBody, decodeTransaction, encodeBody, encodeTransaction, encodeUnsigned } from "./transaction-codec.ts";
