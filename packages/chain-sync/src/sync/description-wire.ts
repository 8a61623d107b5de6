import * as z from "zod";
import { descriptionSize } from "../codec/description-codec.ts";
import { bytes, id, listOf } from "./wire.ts";

/** Descriptions that are asked for at a time. */
export const descriptionsPerRequest = 16;
/** Marks in one letter. */
export const marksPerLetter = 500;

/**
 * `all`: a fingerprint of what I have, when we meet. `marks`: which descriptions may be asked of me: what is new, and all where
 * our fingerprints differ. `get`: the descriptions of these tokens.
 */
export const descriptionMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all"), fingerprint: bytes(8) }),
  z.strictObject({ kind: z.literal("marks"), marks: listOf(bytes(descriptionSize.mark), 1, marksPerLetter) }),
  z.strictObject({ kind: z.literal("get"), tokens: listOf(id, 1, descriptionsPerRequest) }),
]);
export type DescriptionMessage = z.infer<typeof descriptionMessage>;

export const descriptionsAnswer = z.strictObject({
  kind: z.literal("descriptions"),
  descriptions: listOf(bytes(descriptionSize.least, descriptionSize.most), 0, descriptionsPerRequest),
});
export type DescriptionsAnswer = z.infer<typeof descriptionsAnswer>;

export const descriptionChannel = "chain-tokens/1";
