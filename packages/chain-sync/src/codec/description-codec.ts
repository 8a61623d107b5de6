import {
  type DescriptionMark,
  descriptionBytes,
  type TokenDescription,
  type UnsignedDescription,
} from "../model/token-description.ts";
import type { Outcome } from "../model/verdict.ts";
import { fixedBytes, hash, sizedBytes, u64 } from "./field.ts";
import { decode, encode, record } from "./record.ts";

const unsignedFields = { chainId: hash, token: hash, seq: u64, bytes: sizedBytes(descriptionBytes) };
const unsignedForm = record(unsignedFields);
const descriptionForm = record({ ...unsignedFields, signature: fixedBytes(64) });
const markForm = record({ token: hash, seq: u64, contentHash: hash });

/** Of an encoded description: at most, and of one that says nothing. */
export const descriptionSize = Object.freeze({ most: 138 + descriptionBytes, least: 138, mark: 72 });

/** What its id is made of. @throws SwarmError `CHAIN_VALUE_INVALID` */
export const encodeUnsignedDescription = (description: UnsignedDescription): Uint8Array =>
  encode(unsignedForm, description);
/** @throws SwarmError `CHAIN_VALUE_INVALID` */
export const encodeDescription = (description: TokenDescription): Uint8Array => encode(descriptionForm, description);
export const decodeDescription = (bytes: Uint8Array): Outcome<TokenDescription> => decode(descriptionForm, bytes);
export const encodeMark = (mark: DescriptionMark): Uint8Array => encode(markForm, mark);
export const decodeMark = (bytes: Uint8Array): Outcome<DescriptionMark> => decode(markForm, bytes);
